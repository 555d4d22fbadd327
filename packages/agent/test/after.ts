import type { VecEnv } from '@dppo/env';
import type * as tf from '@tensorflow/tfjs';

import type { Metrics } from '../src/algorithm.ts';
import type { DppoOptions } from '../src/ppo/options.ts';
import type { ActorCritic } from '../src/ppo/actor-critic.ts';
import { ppo } from '../src/ppo/ppo.ts';
import { train } from '../src/train.ts';

/** What so many iterations of four steps lead to, the last one first. */
export async function after(
  iterations: number,
  agent: ActorCritic,
  options: DppoOptions,
  env: VecEnv,
): Promise<{ readonly actor: Record<string, Float32Array>; readonly metrics: Metrics }[]> {
  const all: { actor: Record<string, Float32Array>; metrics: Metrics }[] = [];
  for await (const { state, metrics } of train(ppo(agent, options), env, { seed: 2, steps: 4 })) {
    all.unshift({ actor: numbersOf(state.actor), metrics });
    if (all.length === iterations) break;
  }
  return all;
}

/** The numbers of parameters, which outlive them. */
export function numbersOf(params: tf.NamedTensorMap): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(params).map(([name, weight]) => [name, weight.dataSync<'float32'>().slice()]),
  );
}
