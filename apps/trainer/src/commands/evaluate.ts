import type { Command } from 'commander';
import { z } from 'zod';

import { backend, count, policy, policyEpisodeSteps, seed, workers } from '../options/shared-options.ts';
import { withOptions } from '../options/command-line.ts';

/** `dppo evaluate` */
export const evaluateOptions = z.strictObject({
  policy,
  backend,
  seed,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  episodes: count.default(40).describe('whole episodes, deterministic sampling'),
});

export type EvaluateOptions = z.output<typeof evaluateOptions>;

export const command = (base: Command): Command =>
  withOptions(base, evaluateOptions, async (options, { say, live }) =>
    (await import('../runs/evaluate.ts')).evaluate(options, say, live),
  );
