import { diffusionPolicy, evaluate, pretrain, startState, train, type Agent } from '@dppo/agent';
import { avoid } from '@dppo/avoid';
import { cosineSchedule, ddpmSteps, noisePredictionLoss, withMinStd } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { multiStep, normalize, timeLimit, vectorize, type Env } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw, cosineWarmup } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import { type Demonstrated, demonstrations } from './demonstrations.ts';
import { options } from './options.ts';

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

const denoisingSteps = 10;
const horizonSteps = 4;
const sizes = { obsDim: 4, actionDim: 2, horizonSteps, hidden: [64, 64, 64] };
const schedule = cosineSchedule(denoisingSteps);
const network = denoiserMlp(sizes);

/** Behaviour cloning of the demonstrations. */
async function clone({ chunks }: Demonstrated, epochs: number): Promise<tf.NamedTensorMap> {
  const training = pretrain(chunks, network.init(1), {
    seed: 1,
    batchSize: 256,
    denoisingSteps,
    lr: cosineWarmup({ max: 2e-3, min: 1e-4, warmupSteps: 0, cycleSteps: epochs }),
    emaDecay: 0.995,
    updateEmaFreq: 1,
    epochStartEma: 2,
    optimizer: adamw({ weightDecay: 1e-6 }),
    loss: (params, { obs, actions, noise, time }) =>
      noisePredictionLoss(network.apply(params, obs), { actions, noise, time }, schedule),
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

  const rewarded = (): Env =>
    multiStep(timeLimit(normalize(avoid({ mode: 5 }), demonstrated.bounds), 100), { actSteps: horizonSteps });
  const [env, evalEnv] = [vectorize(rewarded, count), vectorize(rewarded, count)];
  const steps = ddpmSteps(schedule);
  const policy = diffusionPolicy({
    ...sizes,
    network,
    frozen,
    steps,
    exploration: withMinStd(steps, 0.1),
    ftDenoisingSteps: 5,
  });
  const critic = valueMlp(sizes);
  const agent: Agent = { policy, critic, actorOptimizer: adamw(), criticOptimizer: adamw(), compile };
  const start = startState(agent, { actor: frozen, critic: critic.init(2) }, count);

  const best = compile(policy.best);
  const returnOf = async (actor: tf.NamedTensorMap): Promise<number> => {
    const played = await evaluate(policy, actor, evalEnv, { seed: 1000, actSteps: horizonSteps, best });
    return played.reduce((sum, episode) => sum + episode.return, 0) / played.length;
  };
  yield { iteration: 0, envSteps: 0, meanReturn: await returnOf(start.actor) };
  for await (const { state } of train(agent, env, start, options)) {
    const { iteration, envSteps, actor } = state;
    if (iteration % evalEvery === 0) yield { iteration, envSteps, meanReturn: await returnOf(actor) };
    if (iteration === iterations) return;
  }
}
