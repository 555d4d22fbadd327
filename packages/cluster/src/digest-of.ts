import { createHash } from 'node:crypto';

import type { Digest } from './cluster.ts';

/** The name of some `bytes` in any cluster. */
export function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex');
}
