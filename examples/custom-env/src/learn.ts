import { diffusionPolicy, evaluate, startState, train, type Agent, type TrainOptions } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, withMinStd } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { multiStep, timeLimit, vectorize, type Env } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';

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
const denoisingSteps = 5;

const options: TrainOptions = {
  seed: 7,
  steps: 20,
  actSteps,
  rewardHorizon: actSteps,
  gamma: 0.95,
  gaeLambda: 0.95,
  gammaDenoising: 0.99,
  clipPlossCoef: 0.1,
  clipPlossCoefBase: 0.1,
  clipPlossCoefRate: 1,
  clipVlossCoef: undefined,
  clipAdvantageLowerQuantile: 0,
  clipAdvantageUpperQuantile: 1,
  normAdv: true,
  vfCoef: 0.5,
  entCoef: 0,
  bcLossCoeff: 0,
  updateEpochs: 5,
  batchSize: 500,
  microBatchSize: 500,
  targetKl: undefined,
  maxGradNorm: 1,
  rewardScaleRunning: true,
  rewardScaleConst: 1,
  nCriticWarmupItr: 0,
  actorLr: () => 1e-3,
  criticLr: () => 1e-3,
};

/** Episodes of 80 steps, taken four at a time. */
function chunked(): Env {
  return multiStep(timeLimit(puck(), 80), { actSteps });
}

/** Trains a diffusion policy on the puck, from random weights; all of its denoising steps are trained. */
export async function* learn({ iterations, evalEvery, count }: LearnOptions): AsyncGenerator<Learned> {
  const [env, evalEnv] = [vectorize(chunked, count), vectorize(chunked, count)];

  const network = denoiserMlp(sizes);
  const frozen = network.init(1);
  const steps = ddpmSteps(cosineSchedule(denoisingSteps));
  const policy = diffusionPolicy({
    ...sizes,
    network,
    frozen,
    steps,
    exploration: withMinStd(steps, 0.2),
    ftDenoisingSteps: denoisingSteps,
  });
  const critic = valueMlp(sizes);
  const agent: Agent = { policy, critic, actorOptimizer: adamw(), criticOptimizer: adamw(), compile };
  const start = startState(agent, { actor: frozen, critic: critic.init(2) }, count);

  const best = compile(policy.best);
  const returnOf = async (actor: typeof frozen): Promise<number> => {
    const episodes = await evaluate(policy, actor, evalEnv, { seed: 1000, actSteps, best });
    return episodes.reduce((sum, episode) => sum + episode.return, 0) / episodes.length;
  };
  yield { iteration: 0, envSteps: 0, meanReturn: await returnOf(start.actor) };
  for await (const { state } of train(agent, env, start, options)) {
    const { iteration, envSteps, actor } = state;
    if (iteration % evalEvery === 0) yield { iteration, envSteps, meanReturn: await returnOf(actor) };
    if (iteration === iterations) return;
  }
}
