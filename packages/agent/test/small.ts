import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize, type VecEnv } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';

import { diffusionPolicy } from '../src/policies/diffusion.ts';
import type { DppoOptions } from '../src/ppo/options.ts';
import type { ActorCritic } from '../src/ppo/actor-critic.ts';

const horizonSteps = 2;

/** Point masses that act in chunks of two, for episodes of at most six steps. */
export function smallEnv(count = 3): VecEnv {
  return vectorize(() => multiStep(timeLimit(pointMass(), 6), { actSteps: horizonSteps }), count);
}

/** A diffusion policy of five denoising steps, of which three are trained, and its critic. */
export function smallAgent(): ActorCritic {
  const { obsShape, actionShape } = pointMass();
  const sizes = { obsDim: obsShape[0], actionDim: actionShape[0], horizonSteps };
  const network = denoiserMlp({ ...sizes, timeDim: 4, hidden: [8, 8, 8] });
  const policy = diffusionPolicy({
    ...sizes,
    network,
    frozen: network.init(1),
    sampler: tableSampler(ddpmSteps(cosineSchedule(5))),
    ftDenoisingSteps: 3,
  });
  return { policy, critic: valueMlp({ ...sizes, hidden: [8, 8, 8] }) };
}

export const smallOptions: DppoOptions = {
  gammaDenoising: 0.9,
  clipPlossCoef: 0.1,
  updateEpochs: 2,
  batchSize: 36,
  microBatchSize: 36,
  targetKl: Infinity,
};
