import { compiled, evaluate } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { type Env, multiStep, normalize, type Step, vectorize } from '@dppo/env';
import { type PolicyFile, policyOf } from '@dppo/policy';

import { episodeOf } from '../tasks/episode-of.ts';

export interface WatchedEpisode<T> {
  readonly return: number;
  /** at the reset and after each environment step, one more than there were steps */
  readonly seen: readonly T[];
}

/**
 * One whole episode of a policy in each environment, without exploration. `look` gets the environment and its observation, as it
 * was before it was normalised.
 */
export async function watchEpisodes<E extends Env, T>(
  file: PolicyFile,
  envs: readonly E[],
  seed: number,
  look: (env: E, obs: Float32Array) => T,
): Promise<WatchedEpisode<T>[]> {
  const { network, bounds, task } = file.spec;
  const seen = envs.map((): T[] => []);
  const watched = envs.map((env, i) => tapped(env, (obs) => seen[i].push(look(env, obs))));
  const played = vectorize(
    (i) => multiStep(episodeOf(normalize(watched[i], bounds), task), { ...network, ...task }),
    envs.length,
  );
  const policy = compiled(policyOf(file), compile);
  const episodes = await evaluate(policy, file.params, played, { seed });
  // Environments go on after their first episode.
  return episodes.map((episode, i) => ({
    return: episode.return,
    seen: seen[i].slice(0, episode.length + 1),
  }));
}

function tapped(env: Env, look: (obs: Float32Array) => void): Env {
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset(seed?: number): Float32Array {
      const obs = env.reset(seed);
      look(obs);
      return obs;
    },
    step(action: Float32Array): Step {
      const step = env.step(action);
      look(step.obs);
      return step;
    },
  };
}
