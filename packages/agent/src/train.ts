import type { VecEnv } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import { checkCounts } from './check-counts.ts';
import { begin, collect } from './collect.ts';
import type { DppoOptions } from './dppo-options.ts';
import { type Agent, learner } from './learner.ts';
import type { Metrics } from './minibatch-step.ts';
import { seeded } from './randomness.ts';
import type { Rollout, Standing } from './rollout.ts';
import { release, type TrainState } from './train-state.ts';
import { updateSteps } from './update.ts';

/** How `train` goes on, beside what one iteration is told. */
export interface TrainOptions extends DppoOptions {
  /** Everything random follows from it. */
  readonly seed: number;
  /** Learning rates by finished training iterations. */
  readonly actorLr: (iteration: number) => number;
  /** As `actorLr`, for the critic. */
  readonly criticLr: (iteration: number) => number;
  /**
   * Before iteration k · resetEvery all episodes begin anew, with seeds that follow from `seed` and the iteration; so a training
   * that goes on from the state there is the one that never stopped. Only the first iteration by default.
   */
  readonly resetEvery?: number;
  /** Ends the training with its reason, between two steps or minibatches; the last state yielded stays whole. */
  readonly signal?: AbortSignal | undefined;
}

/** What one iteration of `train` led to. */
export interface Iteration {
  /** Valid until the next iteration is asked for. */
  readonly state: TrainState;
  /** By names of CleanRL and Stable-Baselines3, such as `train/approx_kl`. */
  readonly metrics: Metrics;
  /** What the iteration learned from. */
  readonly rollout: Rollout;
}

/**
 * Fine-tunes with DPPO for as long as iterations are asked for: collect, evaluate, update.
 *
 * The same seed gives the same run on the same machine and backend, also in pieces (see `resetEvery`). The state passed in
 * becomes the generator's.
 *
 * @throws RangeError, at the first iteration, for a number of steps, epochs or samples that is no whole number above 0
 * @throws Error naming what is not finite: a reward, an observation, a loss; the reason of `signal` once it is aborted
 * Source: arXiv 2409.00588, algorithm 1.
 */
export async function* train(
  agent: Agent,
  env: VecEnv,
  start: TrainState,
  options: TrainOptions,
): AsyncGenerator<Iteration, never> {
  const { steps, actSteps, rewardHorizon, updateEpochs, batchSize, microBatchSize } = options;
  checkCounts('train', { steps, actSteps, rewardHorizon, updateEpochs, batchSize, microBatchSize });
  const learn = learner(agent, options);
  let state = start;
  const { resetEvery = Infinity, signal } = options;
  let standing: Standing | undefined;
  for (;;) {
    if (standing === undefined || state.iteration % resetEvery === 0) {
      standing = await begin(env, options.seed + state.iteration * env.count);
    }
    const random = seeded(options.seed, state.iteration);
    const collected = await collect(agent.policy, state.actor, env, standing, {
      ...options,
      random,
      act: learn.act,
    });
    standing = collected.standing;
    const rates = { actorLr: options.actorLr(state.iteration), criticLr: options.criticLr(state.iteration) };
    const { rollout } = collected;
    const updated = await finished(
      updateSteps(agent, learn, state, rollout, { ...options, ...rates, random }),
      signal,
    );
    release(state, updated.state);
    state = updated.state;
    yield {
      state,
      rollout,
      metrics: {
        'rollout/ep_rew_mean': mean(rollout.episodes.map((episode) => episode.return)),
        'rollout/ep_len_mean': mean(rollout.episodes.map((episode) => episode.length)),
        'rollout/episodes': rollout.episodes.length,
        'time/env_steps': state.envSteps,
        'train/iteration': state.iteration,
        'train/actor_lr': rates.actorLr * state.actorLrScale,
        'train/critic_lr': rates.criticLr,
        'train/explained_variance': updated.explainedVariance,
        'train/n_updates': updated.minibatches.length,
        ...meanOf(updated.minibatches),
      },
    };
  }
}

/** Runs to the end, and lets the host do other work between the steps. */
async function finished<Result>(
  steps: Generator<unknown, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await tf.nextFrame();
    if (signal?.aborted) steps.throw(signal.reason);
  }
}

function meanOf(records: readonly Metrics[]): Metrics {
  return Object.fromEntries(
    Object.keys(records[0] ?? {}).map((name) => [name, mean(records.map((record) => record[name]))]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
