import { z } from 'zod';

import { countUpTo, recording, seed } from '../options/shared-options.ts';

export const demonstrateOptions = z.strictObject({
  ...recording('none of its options'),
  ways: z
    .enum(['m1', 'm2', 'm3', 'all'])
    .default('m1')
    .describe('which ways through are taken in turn: the two that the paper pre-trains from, or all 24'),
  episodes: countUpTo(100_000, 'all of them are in memory until they are written')
    .default(96)
    .describe('episodes to record'),
  seed: seed.describe('seed of the demonstrator; each episode gets one of its own that follows from it'),
});

export type DemonstrateOptions = z.output<typeof demonstrateOptions>;
