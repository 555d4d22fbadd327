import { childSeed, type VecEnv, type VecStep } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import type { Episode } from '../algorithm.ts';
import { checkWeights } from '../check-weights.ts';
import type { Policy } from '../policies/policy.ts';
import { type Randomness, seeded } from '../randomness.ts';
import { checkActions, checkFinite, checkSeen, checkStep, executed } from './collect.ts';

/** How `evaluate` plays. */
export interface EvaluateOptions {
  /** Randomness of the environments and of the noise that sampling starts from. */
  readonly seed: number;
  /** Number of its first episode among all of an evaluation whose others are played elsewhere; 0 by default. */
  readonly first?: number;
  /** Ends the evaluation with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One whole episode of the policy with `params` in each of N environments, without exploration: N returns, not discounted, and
 * lengths in environment steps.
 *
 * Counting the first episode of every environment, and no second one of those that fail early, keeps the mean unbiased. Episode n
 * of a seed begins in the same way, and meets the same noise, however many there are.
 *
 * @throws the reason of `signal` once it is aborted, what `env` rejects with, an Error naming a weight that is not finite, or an
 * environment whose reward, observation or action is not; RangeError where the environments are not wrapped in `multiStep`
 */
export async function evaluate(
  policy: Pick<Policy, 'best' | 'draws' | 'horizonSteps' | 'actionDim' | 'firstAction' | 'frozen'>,
  params: tf.NamedTensorMap,
  env: VecEnv,
  { seed, first = 0, signal }: EvaluateOptions,
): Promise<Episode[]> {
  const { count, obsShape } = env;
  const { draws, horizonSteps, actionDim, firstAction = 0 } = policy;
  checkSeen('evaluate', obsShape);
  checkWeights('evaluate', policy, params);
  const noises = Array.from({ length: count }, (_, n) => seeded(seed, 'evaluate', first + n));
  const episodes = Array.from({ length: count }, (): Episode => ({ return: 0, length: 0 }));
  const running = new Set(episodes.keys());
  let obs = await env.reset(noises.map((_, n) => childSeed(seed, 'evaluation start', first + n)));
  checkFinite('evaluate: the observation of environment', obs, count, 'at reset');
  for (let t = 0; running.size > 0; t++) {
    signal?.throwIfAborted();
    const noise = noiseOf(noises, draws, horizonSteps * actionDim);
    const data = tf.tidy(() =>
      policy
        .best(
          params,
          { state: tf.tensor(obs, [count, ...obsShape]) },
          tf.tensor4d(noise, [draws, count, horizonSteps, actionDim]),
        )
        .dataSync<'float32'>(),
    );
    checkActions('evaluate', data, count, t);
    const action = { shape: [horizonSteps - firstAction, actionDim], data };
    const step = await env.step(executed('evaluate', { action }, env));
    obs = step.obs;
    checkStep('evaluate', step, count, t);
    for (const n of running) {
      episodes[n] = withStep(episodes[n], step, n);
      if (step.terminated[n] || step.truncated[n]) running.delete(n);
    }
  }
  return episodes;
}

/** An episode of environment n and one step of it more. */
function withStep(episode: Episode, { rewards, steps, success, progress }: VecStep, n: number): Episode {
  return {
    return: episode.return + rewards[n],
    length: episode.length + steps[n],
    ...(!Number.isNaN(success[n]) && { success: success[n] === 1 || (episode.success ?? false) }),
    ...(!Number.isNaN(progress[n]) && { progress: Math.max(progress[n], episode.progress ?? 0) }),
  };
}

/** The noise of each row from its own generator [draws, N, size]. */
function noiseOf(rows: readonly Randomness[], draws: number, size: number): Float32Array {
  const noise = new Float32Array(draws * rows.length * size);
  for (const [n, row] of rows.entries()) {
    const own = row.normal(draws * size);
    for (let draw = 0; draw < draws; draw++) {
      noise.set(own.subarray(draw * size, (draw + 1) * size), (draw * rows.length + n) * size);
    }
  }
  return noise;
}
