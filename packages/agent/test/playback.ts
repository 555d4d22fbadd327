import type { VecEnv } from '@dppo/env';
import type { GoldenArray } from '@dppo/testing';

import type { Randomness } from '../src/randomness.ts';

/** Environments that play back what was recorded, whatever the actions; without `reached` a step reaches what is seen next. */
export function playback(
  {
    obs,
    rewards,
    terminated,
    truncated,
    last_obs: last,
    reached,
  }: Record<string, GoldenArray> & { readonly reached?: GoldenArray },
  actionShape: readonly number[],
): VecEnv {
  const [steps, count, ...obsShape] = obs.shape;
  const observations = Array.from({ length: steps }, (_, t) => Float32Array.from(part(obs, t)));
  observations.push(Float32Array.from(last.data));
  let t = 0;
  return {
    count,
    obsShape,
    actionShape,
    reset: () => Promise.resolve(observations[0]),
    step: () => {
      const at = t++;
      return Promise.resolve({
        obs: observations[at + 1],
        reached: reached ? Float32Array.from(part(reached, at)) : observations[at + 1],
        rewards: Float32Array.from(part(rewards, at)),
        terminated: Uint8Array.from(part(terminated, at)),
        truncated: Uint8Array.from(part(truncated, at)),
        steps: new Uint16Array(count).fill(1),
        success: new Float32Array(count).fill(NaN),
        progress: new Float32Array(count).fill(NaN),
      });
    },
    close: () => Promise.resolve(),
  };
}

/** The recorded random numbers, in the order in which they were drawn. */
export function playbackRandom({
  initial_noise: initial,
  step_noise: noise,
  permutations,
  bc_noise_per_minibatch: imitation = [],
}: Record<string, GoldenArray> & { readonly bc_noise_per_minibatch?: GoldenArray[] }): Randomness {
  const normals = [
    ...Array.from({ length: initial.shape[0] }, (_, t) =>
      Float32Array.from([...part(initial, t), ...part(noise, t)]),
    ),
    ...imitation.map(({ data }) => Float32Array.from(data)),
  ];
  const orders = Array.from({ length: permutations?.shape[0] ?? 0 }, (_, epoch) =>
    Int32Array.from(part(permutations, epoch)),
  );
  const random: Randomness = {
    at: () => random,
    normal: () => normals.shift() ?? new Float32Array(),
    permutation: () => orders.shift() ?? new Int32Array(),
    uniform: () => 0,
  };
  return random;
}

/** Element t along the first axis. */
export function part({ data, shape: [length] }: GoldenArray, t: number): GoldenArray['data'] {
  return data.subarray((t * data.length) / length, ((t + 1) * data.length) / length);
}
