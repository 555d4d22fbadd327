import type { VecEnv } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import type { Policy } from './policy.ts';
import { seeded } from './randomness.ts';
import type { Episode } from './rollout.ts';

/** How `evaluate` plays. */
export interface EvaluateOptions {
  /** Of the environments and of the noise that sampling starts from. */
  readonly seed: number;
  /** How many actions of a chunk are executed. */
  readonly actSteps: number;
  /** `policy.best`, or a compiled form of it. */
  readonly best?: Policy['best'];
  /** Ends the evaluation with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One whole episode in each of N environments, without exploration: N returns, not discounted, and lengths in environment steps.
 *
 * Counting the first episode of every environment, and no second one of those that fail early, keeps the mean unbiased.
 *
 * @throws the reason of `signal` once it is aborted, and what `env` rejects with
 */
export async function evaluate(
  policy: Policy,
  params: tf.NamedTensorMap,
  env: VecEnv,
  { seed, actSteps, best = policy.best, signal }: EvaluateOptions,
): Promise<Episode[]> {
  const { count, obsShape } = env;
  const { draws, horizonSteps, actionDim } = policy;
  const random = seeded(seed, 0);
  const episodes = Array.from({ length: count }, () => ({ return: 0, length: 0 }));
  const running = new Set(episodes.keys());
  let obs = await env.reset(seed);
  while (running.size > 0) {
    signal?.throwIfAborted();
    const noise = random.normal(draws * count * horizonSteps * actionDim);
    const actions = tf.tidy(() =>
      best(
        params,
        tf.tensor3d(obs, [count, obsShape[0], obsShape[1]]),
        tf.tensor4d(noise, [draws, count, horizonSteps, actionDim]),
      )
        .slice([0, 0, 0], [count, actSteps, actionDim])
        .dataSync<'float32'>(),
    );
    const step = await env.step(actions);
    obs = step.obs;
    for (const n of running) {
      episodes[n].return += step.rewards[n];
      episodes[n].length += step.steps[n];
      if (step.terminated[n] || step.truncated[n]) running.delete(n);
    }
  }
  return episodes;
}
