import { type Agent, diffusionPolicy, type DppoOptions } from '@dppo/agent';
import { cosineSchedule, ddimSteps, ddpmSteps, withMinStd } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

/** The reference's Hopper job: shapes, sizes and options. */
export const sizes = { obsDim: 11, actionDim: 3, horizonSteps: 4, condSteps: 1 } as const;
export const [denoisingSteps, ftDenoisingSteps, nEnvs, chunks] = [20, 10, 40, 500];
const [hidden, timeDim] = [[512, 512, 512], 16];

const network = denoiserMlp({ ...sizes, timeDim, hidden });
const critic = valueMlp({ ...sizes, hidden: [256, 256, 256] });
const schedule = cosineSchedule(denoisingSteps);
const steps = ddpmSteps(schedule);

export const params: { readonly actor: tf.NamedTensorMap; readonly critic: tf.NamedTensorMap } = {
  actor: network.init(1),
  critic: critic.init(2),
};

const policyOptions = { ...sizes, network, frozen: params.actor };

export const agent: Agent = {
  policy: diffusionPolicy({ ...policyOptions, steps, exploration: withMinStd(steps, 0.1), ftDenoisingSteps }),
  critic,
  actorOptimizer: adamw(),
  criticOptimizer: adamw(),
  compile,
};

/** The same network with five DDIM steps. */
export const quickPolicy: Agent['policy'] = diffusionPolicy({
  ...policyOptions,
  steps: ddimSteps(schedule, 5),
  ftDenoisingSteps: 5,
});

export { network, schedule };

export const options: DppoOptions = {
  steps: chunks,
  actSteps: 4,
  gamma: 0.99,
  gaeLambda: 0.95,
  gammaDenoising: 0.99,
  clipPlossCoef: 0.01,
  clipPlossCoefBase: 0.01,
  clipPlossCoefRate: 3,
  clipVlossCoef: undefined,
  clipAdvantageLowerQuantile: 0,
  clipAdvantageUpperQuantile: 1,
  normAdv: true,
  rewardHorizon: 4,
  vfCoef: 0.5,
  entCoef: 0,
  bcLossCoeff: 0,
  updateEpochs: 5,
  batchSize: 50_000,
  microBatchSize: 1000,
  targetKl: undefined,
  maxGradNorm: undefined,
  rewardScaleRunning: true,
  rewardScaleConst: 1,
  nCriticWarmupItr: 0,
};

/** Multiply-adds of one row through the networks, times two. */
export const rowFlops = {
  actor: 2 * (39 * 512 + 2 * 512 * 512 + 512 * 12),
  critic: 2 * (11 * 256 + 2 * 256 * 256 + 256),
};
