import { timeLimit } from '@dppo/env';
import type { Env } from '@dppo/env';

import { hopper } from '../src/hopper.ts';

/** For tests of `workers` and the benchmark: the paper's Hopper with a time limit. */
export default async function hopperEnv(): Promise<Env> {
  return timeLimit(await hopper(), 1000);
}
