import type { VecEnv } from '@dppo/env';
import { rewardScale } from '@dppo/rl';
import type * as tf from '@tensorflow/tfjs';

import { type Agent, learner, release, type TrainState } from './learner.ts';
import type { Metrics } from './minibatch-step.ts';
import type { DppoOptions } from './options.ts';
import { seeded } from './randomness.ts';
import { begin, collect, type Episode } from './rollout.ts';
import { update } from './update.ts';

export interface TrainOptions extends DppoOptions {
  readonly seed: number;
  /** Learning rates by finished training iterations. */
  readonly actorLr: (iteration: number) => number;
  readonly criticLr: (iteration: number) => number;
}

export interface Iteration {
  /** Valid until the next iteration is asked for. */
  readonly state: TrainState;
  readonly metrics: Metrics;
  /** Episodes that ended in this iteration. */
  readonly episodes: readonly Episode[];
}

/** The state before the first iteration of training in `count` environments; the parameters stay the caller's. */
export function startState(
  agent: Agent,
  params: { readonly actor: tf.NamedTensorMap; readonly critic: tf.NamedTensorMap },
  count: number,
): TrainState {
  return {
    actor: copyOf(params.actor),
    critic: copyOf(params.critic),
    iteration: 0,
    envSteps: 0,
    actorOptimizer: agent.actorOptimizer.init(params.actor),
    criticOptimizer: agent.criticOptimizer.init(params.critic),
    rewardScale: rewardScale(count),
  };
}

/**
 * Fine-tunes with DPPO for as long as iterations are asked for: collect, evaluate, update.
 *
 * The same seed gives the same run on the same machine and backend. The state passed in becomes the generator's.
 * Source: arXiv 2409.00588, algorithm 1.
 */
export async function* train(
  agent: Agent,
  env: VecEnv,
  start: TrainState,
  options: TrainOptions,
): AsyncGenerator<Iteration, never> {
  const learn = learner(agent, options);
  let state = start;
  let standing = await begin(env, options.seed);
  for (;;) {
    const random = seeded(options.seed, state.iteration);
    const { steps, actSteps } = options;
    const collected = await collect(agent.policy, state.actor, env, standing, {
      steps,
      actSteps,
      random,
      act: learn.act,
    });
    standing = collected.standing;
    const rates = { actorLr: options.actorLr(state.iteration), criticLr: options.criticLr(state.iteration) };
    const { rollout } = collected;
    const updated = update(agent, learn, state, rollout, { ...options, ...rates, random });
    release(state, updated.state);
    state = updated.state;
    yield {
      state,
      episodes: rollout.episodes,
      metrics: {
        'rollout/ep_rew_mean': mean(rollout.episodes.map((episode) => episode.return)),
        'rollout/ep_len_mean': mean(rollout.episodes.map((episode) => episode.length)),
        'rollout/episodes': rollout.episodes.length,
        'time/env_steps': state.envSteps,
        'train/iteration': state.iteration,
        'train/actor_lr': rates.actorLr,
        'train/critic_lr': rates.criticLr,
        'train/explained_variance': updated.explainedVariance,
        'train/n_updates': updated.minibatches.length,
        ...meanOf(updated.minibatches),
      },
    };
  }
}

function copyOf(params: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.clone()]));
}

function meanOf(records: readonly Metrics[]): Metrics {
  return Object.fromEntries(
    Object.keys(records[0] ?? {}).map((name) => [name, mean(records.map((record) => record[name]))]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
