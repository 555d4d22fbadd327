import { z } from 'zod';

import { countUpTo, recording, seed, workers } from '../options/shared-options.ts';

export const demonstrateOptions = z.strictObject({
  ...recording('only workers'),
  task: z
    .enum(['avoid', 'lift', 'can', 'square'])
    .default('avoid')
    .describe('what is demonstrated: obstacle avoidance in the plane, or a task of an arm'),
  ways: z
    .enum(['m1', 'm2', 'm3', 'all'])
    .optional()
    .describe(
      'of avoid, which ways through are taken in turn: the two that the paper pre-trains from, or all 24 [default: m1]',
    ),
  episodes: countUpTo(100_000, 'all of them are in memory until they are written')
    .default(96)
    .describe('episodes to record, of an arm those that succeed'),
  workers: workers.describe('of an arm, threads that step it; changes speed only [default: all cores]'),
  seed: seed.describe('seed of the demonstrator; each episode gets one of its own that follows from it'),
});

export type DemonstrateOptions = z.output<typeof demonstrateOptions>;
