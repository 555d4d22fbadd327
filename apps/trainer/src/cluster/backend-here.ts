import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import type { Description } from './description.ts';

const name = z.enum(['tensorflow', 'wasm', 'cpu']);

/** What computes in this process, and on how many threads where that matters. */
export function backendHere(threads: number | undefined): Pick<Description, 'backend' | 'threads'> {
  const backend = name.parse(tf.getBackend());
  return { backend, ...(backend === 'tensorflow' && threads !== undefined && { threads }) };
}
