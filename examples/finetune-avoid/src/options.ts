import type { TrainOptions } from '@dppo/agent';
import { cosineWarmup } from '@dppo/optim';

/** DPPO's options: the reference's for this task, with larger steps for a smaller network. */
export const options: TrainOptions = {
  seed: 7,
  steps: 25, // chunks of four actions: one episode
  actSteps: 4,
  rewardHorizon: 4,
  gamma: 0.99,
  gaeLambda: 0.95,
  gammaDenoising: 0.95,
  clipPlossCoef: 0.05,
  clipPlossCoefBase: 0.05,
  clipPlossCoefRate: 1,
  clipVlossCoef: undefined,
  clipAdvantageLowerQuantile: 0,
  clipAdvantageUpperQuantile: 1,
  normAdv: true,
  vfCoef: 0.5,
  entCoef: 0,
  bcLossCoeff: 0,
  updateEpochs: 5,
  batchSize: 1250,
  microBatchSize: 1250,
  targetKl: 1,
  maxGradNorm: undefined,
  rewardScaleRunning: true,
  rewardScaleConst: 1,
  nCriticWarmupItr: 1,
  actorLr: cosineWarmup({ max: 1e-4, min: 1e-5, warmupSteps: 0, cycleSteps: 50 }),
  criticLr: () => 1e-3,
};
