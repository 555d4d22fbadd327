import type { DppoOptions } from '@dppo/agent';
import { cosineWarmup } from '@dppo/optim';

/** Chunks an environment takes in an iteration: one episode. */
export const steps = 25;

/** Where a smaller network learns better than by the reference's options for this task. */
export const options: DppoOptions = {
  gammaDenoising: 0.95,
  clipPlossCoef: 0.05,
  clipPlossCoefBase: 0.05,
  batchSize: 1250,
  microBatchSize: 1250,
  nCriticWarmupItr: 1,
  actorLr: cosineWarmup({ max: 1e-4, min: 1e-5, warmupSteps: 0, cycleSteps: 50 }),
};
