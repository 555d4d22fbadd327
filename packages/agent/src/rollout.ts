import type { VecEnv } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import type { Policy } from './policy.ts';
import type { Randomness } from './randomness.ts';

/** T steps of N environments as row-major host arrays, time first. */
export interface Rollout {
  /** T, chunks per environment. */
  readonly steps: number;
  /** N, environments. */
  readonly count: number;
  /** [To, Do] */
  readonly obsShape: readonly number[];
  /** K′ */
  readonly transitions: number;
  /** Ta */
  readonly horizonSteps: number;
  /** Da */
  readonly actionDim: number;
  /** What the policy saw [T, N, To, Do]. */
  readonly obs: Float32Array;
  /** What each step led to, before any reset [T, N, To, Do]. */
  readonly reached: Float32Array;
  /** [T, N, K′ + 1, Ta, Da] */
  readonly chains: Float32Array;
  /** [T, N, K′, Ta, Da] */
  readonly logProbs: Float32Array;
  /** [T, N] */
  readonly rewards: Float32Array;
  /** Whether the task ended in the step [T, N]. */
  readonly terminated: Uint8Array;
  /** Whether the episode was cut there although rewards could follow [T, N]. */
  readonly truncated: Uint8Array;
  /** Whether a step is the first of its episode [T, N]. */
  readonly firsts: Uint8Array;
  /** Environment steps taken by all N. */
  readonly envSteps: number;
  /** Episodes that ended within the rollout, whenever they began. */
  readonly episodes: readonly Episode[];
}

/** One finished episode. */
export interface Episode {
  /** Sum of its rewards, not discounted. */
  readonly return: number;
  /** Environment steps. */
  readonly length: number;
}

/** Where N environments stand between two rollouts. */
export interface Standing {
  /** [N, To, Do] */
  readonly obs: Float32Array;
  /** Whether the next step is the first of its episode [N]. */
  readonly firsts: Uint8Array;
  /** Rewards of the running episodes so far [N]. */
  readonly returns: Float64Array;
  /** Environment steps of the running episodes so far [N]. */
  readonly lengths: Float64Array;
}

/** Resets the environments; environment n gets seed + n. */
export async function begin(env: VecEnv, seed?: number): Promise<Standing> {
  const obs = Float32Array.from(await env.reset(seed));
  const { count } = env;
  return {
    obs,
    firsts: new Uint8Array(count).fill(1),
    returns: new Float64Array(count),
    lengths: new Float64Array(count),
  };
}

/** How `collect` plays. */
export interface CollectOptions {
  /** T, chunks per environment. */
  readonly steps: number;
  /** How many actions of a chunk are executed. */
  readonly actSteps: number;
  /** Of the noise that the policy draws. */
  readonly random: Randomness;
  /** `policy.act`, or a compiled form of it. */
  readonly act: Policy['act'];
  /** Ends the collection with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets the policy explore for T chunks in each of N environments, from where they stand.
 *
 * @throws Error naming environment and chunk where a reward or an observation is not finite
 */
export async function collect(
  policy: Policy,
  params: tf.NamedTensorMap,
  env: VecEnv,
  from: Standing,
  { steps, actSteps, random, act, signal }: CollectOptions,
): Promise<{ rollout: Rollout; standing: Standing }> {
  const { count, obsShape } = env;
  const { transitions, horizonSteps, actionDim, draws } = policy;
  const obsSize = obsShape.reduce((a, b) => a * b, 1);
  const chunk = horizonSteps * actionDim;
  const rollout = {
    steps,
    count,
    obsShape,
    transitions,
    horizonSteps,
    actionDim,
    obs: new Float32Array(steps * count * obsSize),
    reached: new Float32Array(steps * count * obsSize),
    chains: new Float32Array(steps * count * (transitions + 1) * chunk),
    logProbs: new Float32Array(steps * count * transitions * chunk),
    rewards: new Float32Array(steps * count),
    terminated: new Uint8Array(steps * count),
    truncated: new Uint8Array(steps * count),
    firsts: new Uint8Array(steps * count),
    envSteps: 0,
    episodes: [] as Episode[],
  };
  const standing = {
    obs: from.obs.slice(),
    firsts: from.firsts.slice(),
    returns: from.returns.slice(),
    lengths: from.lengths.slice(),
  };
  for (let t = 0; t < steps; t++) {
    signal?.throwIfAborted();
    const noise = random.normal(draws * count * chunk);
    const path = tf.tidy(() => {
      const { chain, logProbs } = act(
        params,
        tf.tensor3d(standing.obs, [count, obsShape[0], obsShape[1]]),
        tf.tensor4d(noise, [draws, count, horizonSteps, actionDim]),
      );
      return { chain: chain.dataSync<'float32'>(), logProbs: logProbs.dataSync<'float32'>() };
    });
    const row = t * count;
    rollout.obs.set(standing.obs, row * obsSize);
    rollout.firsts.set(standing.firsts, row);
    rollout.chains.set(path.chain, row * (transitions + 1) * chunk);
    rollout.logProbs.set(path.logProbs, row * transitions * chunk);

    const step = await env.step(
      executed(path.chain, count, { stride: (transitions + 1) * chunk, chunk, size: actSteps * actionDim }),
    );
    checkFinite('reward', step.rewards, t, count);
    checkFinite('observation', step.reached, t, count);
    rollout.reached.set(step.reached, row * obsSize);
    rollout.rewards.set(step.rewards, row);
    rollout.terminated.set(step.terminated, row);
    rollout.truncated.set(step.truncated, row);
    standing.obs.set(step.obs);
    for (let n = 0; n < count; n++) {
      rollout.envSteps += step.steps[n];
      standing.returns[n] += step.rewards[n];
      standing.lengths[n] += step.steps[n];
      standing.firsts[n] = step.terminated[n] | step.truncated[n];
      if (standing.firsts[n] === 0) continue;
      rollout.episodes.push({ return: standing.returns[n], length: standing.lengths[n] });
      standing.returns[n] = 0;
      standing.lengths[n] = 0;
    }
  }
  return { rollout, standing };
}

/** The executed part of the last state of each chain: [N, …, Ta, Da] → [N, actSteps, Da]. */
function executed(
  chains: Float32Array,
  count: number,
  { stride, chunk, size }: { stride: number; chunk: number; size: number },
): Float32Array {
  const actions = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const start = (n + 1) * stride - chunk;
    actions.set(chains.subarray(start, start + size), n * size);
  }
  return actions;
}

/** @throws Error for a number that is not finite among those of N environments */
function checkFinite(name: string, values: Float32Array, t: number, count: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const n = Math.floor((bad * count) / values.length);
  throw new Error(
    `collect: the ${name} of environment ${n} in chunk ${t} is ${values[bad]}, expected finite numbers`,
  );
}
