import { compiled, diffusionPolicy, evaluate, ppo, train } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { multiStep, timeLimit, vectorize, type Env } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import { puck } from './puck.ts';

/** What the policy has learned after so many iterations. */
export interface Learned {
  readonly iteration: number;
  readonly envSteps: number;
  /** mean over one episode in each environment, without exploration */
  readonly meanReturn: number;
}

export interface LearnOptions {
  readonly iterations: number;
  readonly evalEvery: number;
  /** environments */
  readonly count: number;
}

const actSteps = 4;
const sizes = { obsDim: 4, actionDim: 2, horizonSteps: actSteps, hidden: [64, 64, 64] };

/** Where learning from scratch is bolder than the reference's fine-tuning. */
const options = {
  gamma: 0.95,
  clipPlossCoef: 0.1,
  clipPlossCoefBase: 0.1,
  batchSize: 500,
  microBatchSize: 500,
  targetKl: Infinity,
  maxGradNorm: 1,
  actorLr: () => 1e-3,
};

/** Episodes of 80 steps, taken four at a time. */
function chunked(): Env {
  return multiStep(timeLimit(puck(), 80), { actSteps });
}

/** Trains a diffusion policy on the puck, from random weights; all of its denoising steps are trained. */
export async function* learn({ iterations, evalEvery, count }: LearnOptions): AsyncGenerator<Learned> {
  const [env, evalEnv] = [vectorize(chunked, count), vectorize(chunked, count)];

  const network = denoiserMlp(sizes);
  const policy = diffusionPolicy({
    ...sizes,
    network,
    frozen: network.init(1),
    sampler: tableSampler(ddpmSteps(cosineSchedule(5))),
    minStd: 0.2,
  });
  const algorithm = ppo({ policy, critic: valueMlp(sizes), compile }, options);
  const best = compiled(policy, compile);
  const returnOf = async (actor: tf.NamedTensorMap): Promise<number> => {
    const episodes = await evaluate(best, actor, evalEnv, { seed: 1000 });
    return episodes.reduce((sum, episode) => sum + episode.return, 0) / episodes.length;
  };
  const start = algorithm.init(7);
  yield { iteration: 0, envSteps: 0, meanReturn: await returnOf(start.actor) };
  for await (const { state } of train(algorithm, env, { seed: 7, steps: 20, start })) {
    const { iteration, envSteps, actor } = state;
    if (iteration % evalEvery === 0) yield { iteration, envSteps, meanReturn: await returnOf(actor) };
    if (iteration === iterations) return;
  }
}
