import { compiled, diffusionPolicy, evaluate, noisePrediction, ppo, pretrain, train } from '@dppo/agent';
import { avoid } from '@dppo/avoid';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { multiStep, normalize, taskLength, vectorize, type Env } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw, cosineWarmup } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import { type Demonstrated, demonstrations } from './demonstrations.ts';
import { options, steps } from './options.ts';

/** What the policy has learned after so many iterations of fine-tuning. */
export interface Learned {
  readonly iteration: number;
  readonly envSteps: number;
  /** mean over one episode in each environment, without exploration */
  readonly meanReturn: number;
}

export interface LearnOptions {
  /** demonstrated episodes, and passes over them */
  readonly episodes: number;
  readonly epochs: number;
  readonly iterations: number;
  readonly evalEvery: number;
  /** environments */
  readonly count: number;
}

const horizonSteps = 4;
const sizes = { obsDim: 4, actionDim: 2, horizonSteps, hidden: [64, 64, 64] };
const schedule = cosineSchedule(10);
const network = denoiserMlp(sizes);

/** Behaviour cloning of the demonstrations. */
async function clone({ chunks }: Demonstrated, epochs: number): Promise<tf.NamedTensorMap> {
  const training = pretrain(chunks, network.init(1), {
    seed: 1,
    objective: noisePrediction(network, schedule),
    batchSize: 256,
    lr: cosineWarmup({ max: 2e-3, min: 1e-4, warmupSteps: 0, cycleSteps: epochs }),
    updateEmaFreq: 1,
    epochStartEma: 2,
    optimizer: adamw({ weightDecay: 1e-6 }),
    compile,
  });
  let { value } = await training.next();
  while (value.epoch < epochs) ({ value } = await training.next());
  return value.average;
}

/** Clones demonstrations of two ways through the obstacles, then fine-tunes with DPPO where only one of them is rewarded. */
export async function* learn({
  episodes,
  epochs,
  iterations,
  evalEvery,
  count,
}: LearnOptions): AsyncGenerator<Learned> {
  const demonstrated = demonstrations(episodes, horizonSteps);
  const frozen = await clone(demonstrated, epochs);

  const rewarded = (): Env => {
    // Cut off only, its last steps would be worth what the critic says of steps that nobody takes, and policies go there.
    const task = taskLength(normalize(avoid({ mode: 5 }), demonstrated.bounds), 100);
    return multiStep(task, { actSteps: horizonSteps });
  };
  const [env, evalEnv] = [vectorize(rewarded, count), vectorize(rewarded, count)];
  const policy = diffusionPolicy({
    ...sizes,
    network,
    frozen,
    sampler: tableSampler(ddpmSteps(schedule)),
    ftDenoisingSteps: 5,
  });
  const algorithm = ppo({ policy, critic: valueMlp(sizes), compile }, options);
  const best = compiled(policy, compile);
  const returnOf = async (actor: tf.NamedTensorMap): Promise<number> => {
    const played = await evaluate(best, actor, evalEnv, { seed: 1000 });
    return played.reduce((sum, episode) => sum + episode.return, 0) / played.length;
  };
  yield { iteration: 0, envSteps: 0, meanReturn: await returnOf(frozen) };
  for await (const { state } of train(algorithm, env, { seed: 7, steps })) {
    const { iteration, envSteps, actor } = state;
    if (iteration % evalEvery === 0) yield { iteration, envSteps, meanReturn: await returnOf(actor) };
    if (iteration === iterations) return;
  }
}
