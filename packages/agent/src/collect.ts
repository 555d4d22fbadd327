import type { VecEnv } from '@dppo/env';
import { chunkLogProb } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { Policy } from './policy.ts';
import type { Randomness } from './randomness.ts';
import type { Episode, Rollout, Standing } from './rollout.ts';

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
  /** How many actions of a chunk its log-probability is of; all by default. */
  readonly rewardHorizon?: number;
  /** Ends the collection with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets the policy explore for T chunks in each of N environments, from where they stand.
 *
 * @throws RangeError unless actSteps and rewardHorizon are in 1 … Ta; Error naming environment and chunk where a reward or an
 * observation is not finite
 */
export async function collect(
  policy: Policy,
  params: tf.NamedTensorMap,
  env: VecEnv,
  from: Standing,
  { steps, actSteps, random, act, rewardHorizon = policy.horizonSteps, signal }: CollectOptions,
): Promise<{ rollout: Rollout; standing: Standing }> {
  const { count, obsShape } = env;
  const { transitions, horizonSteps, actionDim, draws } = policy;
  if (!(Number.isInteger(actSteps) && actSteps >= 1 && actSteps <= horizonSteps)) {
    throw new RangeError(`collect: actSteps is ${actSteps}, expected an integer in 1 … ${horizonSteps}`);
  }
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
    logProbs: new Float32Array(steps * count * transitions),
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
      const ofChunks = logProbs.reshape<tf.Tensor3D>([-1, horizonSteps, actionDim]);
      const logProb = chunkLogProb(ofChunks, { rewardHorizon });
      return { chain: chain.dataSync<'float32'>(), logProb: logProb.dataSync<'float32'>() };
    });
    const row = t * count;
    rollout.obs.set(standing.obs, row * obsSize);
    rollout.firsts.set(standing.firsts, row);
    rollout.chains.set(path.chain, row * (transitions + 1) * chunk);
    rollout.logProbs.set(path.logProb, row * transitions);

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
