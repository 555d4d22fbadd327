import type { VecEnv } from '@dppo/env';
import type { Tree } from '@dppo/optim';
import { flatten, release } from '@dppo/optim';

import type { Algorithm, Counters, Metrics, Rollout } from './algorithm.ts';
import { checkCounts } from './check-counts.ts';
import { checkNumbers, whereabouts } from './check-weights.ts';
import { seeded } from './randomness.ts';
import type { Standing } from './rollout/collect.ts';
import { type Collector, collector } from './rollout/collector.ts';

/** How `train` goes on. */
export interface TrainOptions<State> {
  /** Everything random follows from it. */
  readonly seed: number;
  /** T, chunks per environment and iteration. */
  readonly steps?: number;
  /**
   * Runs of environments that are acted for apart, each with its own noise, so that they can be elsewhere; 1 by default. Rounding
   * depends on how many rows are computed at once, so another number is another run. A `Collector` has its own.
   */
  readonly shards?: number;
  /** State that the training begins with, which becomes the generator's; what `init` of the algorithm makes of the seed by default. */
  readonly start?: State;
  /** Where the environments stood when the state was made that the training goes on from; all episodes begin anew by default. */
  readonly standing?: Standing | undefined;
  /**
   * Before iteration k · resetEvery all episodes begin anew, with seeds that follow from `seed` and the iteration; so a training
   * that goes on from the state there is the one that never stopped, also where environments cannot be saved. Only the first iteration by default.
   */
  readonly resetEvery?: number;
  /** Ends the training with its reason, between two steps or minibatches; the last state yielded stays whole. */
  readonly signal?: AbortSignal | undefined;
}

/** What one iteration of `train` led to. */
export interface Iteration<State> {
  /** Valid until the next iteration is asked for. */
  readonly state: State;
  /** Numbers by names of CleanRL and Stable-Baselines3, such as `train/approx_kl`. */
  readonly metrics: Metrics;
  /** What the iteration learned from. */
  readonly rollout: Rollout;
  /** Where the environments stand after it, with their states where they can be saved: a training that is given it goes on as this one does. */
  readonly standing: Standing;
}

/**
 * Trains on policy for as long as iterations are asked for: collect, learn.
 *
 * `env` may be environments of this process, or a `Collector`, which plays in those that it knows.
 *
 * The same seed gives the same run on the same machine and backend, also in pieces (see `standing` and `resetEvery`).
 *
 * @throws RangeError, at the first iteration, for a number of steps or a `resetEvery` that is no whole number above 0, and for a `standing`
 * that the environments cannot go on from
 * @throws Error naming a reward or an observation that is not finite; DivergenceError naming a weight or another tensor of the state,
 * an action, a loss or a gradient that is not; the reason of `signal` once it is aborted
 * @see https://arxiv.org/abs/2409.00588 algorithm 1
 */
export async function* train<State extends Counters & { readonly [name: string]: Tree }>(
  algorithm: Algorithm<State>,
  env: VecEnv | Collector<State>,
  options: TrainOptions<State>,
): AsyncGenerator<Iteration<State>, never> {
  const { seed, steps = 500, shards, resetEvery = Infinity, signal } = options;
  checkCounts('train', { steps, ...(resetEvery !== Infinity && { resetEvery }) });
  if ('collect' in env && shards !== undefined)
    throw new RangeError(`train: shards is ${shards}, wanted none beside a collector, which has its own`);
  const player = 'collect' in env ? env : collector(algorithm, env, shards === undefined ? {} : { shards });
  let state = options.start ?? algorithm.init(seed);
  checkNumbers('train', flatten(state).tensors);
  let { standing } = options;
  for (;;) {
    if (Number.isFinite(resetEvery) && state.iteration % resetEvery === 0) standing = undefined;
    const played = await player.collect(state, { seed, steps, standing, signal });
    const { rollout } = played;
    ({ standing } = played);
    const random = seeded(seed, 'learn', state.iteration);
    const learned = await algorithm.learn(state, rollout, { random, signal });
    try {
      checkNumbers(`train: ${whereabouts(learned.state, learned.metrics)}`, flatten(learned.state).tensors);
    } catch (error) {
      release(learned.state, state);
      throw error;
    }
    release(state, learned.state);
    state = learned.state;
    yield {
      state,
      rollout,
      standing,
      metrics: {
        'rollout/ep_rew_mean': mean(rollout.episodes.map((episode) => episode.return)),
        'rollout/ep_len_mean': mean(rollout.episodes.map((episode) => episode.length)),
        'rollout/episodes': rollout.episodes.length,
        'time/env_steps': state.envSteps,
        'train/iteration': state.iteration,
        ...learned.metrics,
      },
    };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
