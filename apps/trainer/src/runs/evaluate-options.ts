import { z } from 'zod';

import {
  backend,
  episodes,
  policyFile,
  policyEpisodeSteps,
  seed,
  threads,
  workers,
  envTimeout,
} from '../options/shared-options.ts';

import { actingSteps } from '../policy/acting-options.ts';

/** `dppo evaluate` */
export const evaluateOptions = z.strictObject({
  policy: policyFile,
  ...actingSteps,
  backend,
  threads,
  seed,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  envTimeout,
  episodes: episodes.default(40).describe('whole episodes, deterministic sampling'),
});

export type EvaluateOptions = z.output<typeof evaluateOptions>;
