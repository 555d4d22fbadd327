import { cosineSchedule, ddpmSteps, withMinStd } from '@dppo/diffusion';
import { multiStep, timeLimit, vectorize, type VecEnv } from '@dppo/env';
import { pointMass } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';

import { diffusionPolicy } from '../src/diffusion-policy.ts';
import type { DppoOptions } from '../src/dppo-options.ts';
import type { Agent } from '../src/learner.ts';
import { startState, type TrainState } from '../src/train-state.ts';

const [horizonSteps, count] = [2, 3];

/** Three point masses that act in chunks of two, for episodes of at most six steps. */
export function smallEnv(): VecEnv {
  return vectorize(
    () => multiStep(timeLimit(pointMass(), 6), { condSteps: 1, actSteps: horizonSteps }),
    count,
  );
}

/** A diffusion policy of five denoising steps, of which three are trained, and its critic. */
export function smallAgent(): { agent: Agent; start: TrainState } {
  const { obsShape, actionShape } = pointMass();
  const sizes = { obsDim: obsShape[0], actionDim: actionShape[0], horizonSteps };
  const network = denoiserMlp({ ...sizes, timeDim: 4, hidden: [8, 8, 8] });
  const frozen = network.init(1);
  const steps = ddpmSteps(cosineSchedule(5));
  const exploration = withMinStd(steps, 0.1);
  const policy = diffusionPolicy({ ...sizes, network, frozen, steps, exploration, ftDenoisingSteps: 3 });
  const critic = valueMlp({ ...sizes, hidden: [8, 8, 8] });
  const agent = { policy, critic, actorOptimizer: adamw(), criticOptimizer: adamw() };
  return { agent, start: startState(agent, { actor: frozen, critic: critic.init(2) }, count) };
}

export const smallOptions: DppoOptions = {
  steps: 8,
  actSteps: horizonSteps,
  gamma: 0.99,
  gaeLambda: 0.95,
  gammaDenoising: 0.9,
  clipPlossCoef: 0.1,
  clipPlossCoefBase: 0.01,
  clipPlossCoefRate: 3,
  clipVlossCoef: undefined,
  clipAdvantageLowerQuantile: 0,
  clipAdvantageUpperQuantile: 1,
  normAdv: true,
  rewardHorizon: horizonSteps,
  vfCoef: 0.5,
  entCoef: 0,
  bcLossCoeff: 0,
  updateEpochs: 2,
  batchSize: 36,
  microBatchSize: 36,
  targetKl: undefined,
  maxGradNorm: undefined,
  rewardScaleRunning: true,
  rewardScaleConst: 1,
  nCriticWarmupItr: 0,
};
