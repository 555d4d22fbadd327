import { childSeed, multiStep, pointMass, timeLimit, vectorize, type VecEnv } from '@dppo/env';
import { copy, flatten, release, unflatten } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent, smallEnv, smallOptions } from '../test/small.ts';
import type { ActorCritic } from './ppo/actor-critic.ts';
import { ppo } from './ppo/ppo.ts';
import type { PpoState } from './ppo/state.ts';
import type { DppoOptions } from './ppo/options.ts';
import { seeded } from './randomness.ts';
import type { Standing } from './rollout/collect.ts';
import { evaluate } from './rollout/evaluate.ts';
import { train, type TrainOptions } from './train.ts';

const options: DppoOptions = { ...smallOptions, actorLr: () => 1e-2, criticLr: () => 1e-2 };
const plan: TrainOptions<PpoState> = { seed: 3, steps: 8 };

function weightsOf({ actor, critic }: PpoState): Float32Array[] {
  return Object.values({ ...actor, ...critic }).map((weight) => weight.dataSync<'float32'>().slice());
}

/** Weights and metrics after some iterations. */
async function trained(
  iterations: number,
  env: VecEnv,
  changed: DppoOptions = {},
  other: Partial<TrainOptions<PpoState>> = {},
) {
  const algorithm = ppo(smallAgent(), { ...options, ...changed });
  for await (const { state, metrics } of train(algorithm, env, { ...plan, ...other })) {
    if (state.iteration < iterations) continue;
    const weights = weightsOf(state);
    release(state);
    return { weights, metrics };
  }
  throw new Error('train ended');
}

it('gives the same run for the same seed, and another for another', async () => {
  const first = await trained(2, smallEnv());
  expect(await trained(2, smallEnv())).toEqual(first);
  expect((await trained(2, smallEnv(), {}, { seed: 4 })).weights).not.toEqual(first.weights);
});

it.each(['updateEpochs', 'batchSize', 'microBatchSize'])('refuses %s of 0.5', async (name) => {
  await expect(trained(1, smallEnv(), { [name]: 0.5 })).rejects.toThrow(
    new RangeError(`ppo: ${name} is 0.5, wanted a whole number above 0`),
  );
});

it('starts the episodes of neighbouring seeds and of all iterations otherwise, and no evaluation where one trains', async () => {
  const starts: (number | readonly number[] | undefined)[] = [];
  const env = (): VecEnv => {
    const inner = smallEnv();
    return {
      ...inner,
      reset: (seeds) => {
        starts.push(seeds);
        return inner.reset(seeds);
      },
    };
  };
  for (const seed of [3, 4]) await trained(3, env(), {}, { seed, resetEvery: 1 });
  const { policy } = smallAgent();
  for (const seed of [3, 4]) await evaluate(policy, policy.init(0), env(), { seed });
  const seeds = starts.flat();
  expect(seeds).toHaveLength((2 * 3 + 2) * 3);
  expect(new Set(seeds).size).toBe(seeds.length);
});

it('refuses 0.5 steps', async () => {
  await expect(trained(1, smallEnv(), {}, { steps: 0.5 })).rejects.toThrow(
    new RangeError('train: steps is 0.5, wanted a whole number above 0'),
  );
});

it('does not depend on the size of the micro-batches', async () => {
  const whole = await trained(2, smallEnv());
  const pieces = await trained(2, smallEnv(), { microBatchSize: 7 });
  for (const [i, weight] of whole.weights.entries())
    expect(pieces.weights[i]).toBeAllclose(weight, { atol: 1e-4 });
});

it('does not depend on how many parts a gradient is added of, but for rounding', async () => {
  const whole = await trained(2, smallEnv(), { microBatchSize: 7 });
  const parts = await trained(2, smallEnv(), { microBatchSize: 7, gradientParts: 3 });
  expect(parts.weights).not.toEqual(whole.weights);
  for (const [i, weight] of whole.weights.entries())
    expect(parts.weights[i]).toBeAllclose(weight, { atol: 1e-4 });
});

it('acts for each shard of the environments with noise of its own', async () => {
  const algorithm = ppo(smallAgent(), options);
  const calls: { readonly rows: number; readonly drawn: Float32Array }[] = [];
  const watched: typeof algorithm = {
    ...algorithm,
    act: (state, obs, random) => {
      const normal = (count: number): Float32Array => {
        const drawn = random.normal(count);
        calls.push({ rows: obs['obs.state'].data.length / 2, drawn });
        return drawn;
      };
      return algorithm.act(state, obs, { ...random, normal });
    },
  };
  for await (const { rollout, state } of train(watched, smallEnv(), { ...plan, shards: 2 })) {
    expect(rollout.table['action'].data).toHaveLength(3 * 8 * 2);
    release(state);
    break;
  }
  expect(calls.map(({ rows }) => rows).slice(0, 4)).toEqual([1, 2, 1, 2]);
  const [first, second] = calls;
  // The first shard has the noise of a training that is not divided.
  expect(first.drawn).toEqual(seeded(plan.seed, 'act', 0).normal(first.drawn.length));
  expect(second.drawn).toEqual(seeded(plan.seed, 'act', 0, 1).normal(second.drawn.length));
});

it('refuses more shards than environments', async () => {
  await expect(trained(1, smallEnv(), {}, { shards: 4 })).rejects.toThrow(
    new RangeError('collector: shards is 4, wanted at most 3, the environments'),
  );
});

it('leaves the actor alone while only the critic learns', async () => {
  const start = ppo(smallAgent(), options).init(plan.seed);
  const before = weightsOf(start);
  const { weights, metrics } = await trained(1, smallEnv(), { nCriticWarmupItr: 1 });
  const actor = Object.keys(start.actor).length;
  expect(weights.slice(0, actor)).toEqual(before.slice(0, actor));
  expect(weights.slice(actor)).not.toEqual(before.slice(actor));
  expect(metrics['train/actor_grad_norm']).toBe(0);
  expect(metrics['train/ratio']).toBeCloseTo(1, 5);
});

it('counts every episode once, with all its steps', async () => {
  const { metrics } = await trained(3, smallEnv());
  expect(metrics['rollout/episodes']).toBe(9); // after chunks 18, 21 and 24 of each of three environments
  expect(metrics['rollout/ep_len_mean']).toBe(6);
  expect(metrics['time/env_steps']).toBe(3 * 8 * 3 * 2);
});

it('holds as many tensors after the third iteration as after the second', async () => {
  const counts: number[] = [];
  for await (const { state } of train(ppo(smallAgent(), options), smallEnv(), plan)) {
    counts.push(tf.memory().numTensors);
    if (state.iteration === 4) break;
  }
  expect(counts[2]).toBe(counts[1]);
  expect(counts[3]).toBe(counts[1]);
});

it('ends an update after the first minibatch whose KL is above the target', async () => {
  const { metrics } = await trained(1, smallEnv(), { targetKl: -1 });
  expect(metrics['train/n_updates']).toBe(1);
});

it('refuses a reward that is not a number', async () => {
  const env = smallEnv();
  const broken: VecEnv = {
    ...env,
    step: async (actions) => ({ ...(await env.step(actions)), rewards: new Float32Array(3).fill(NaN) }),
  };
  await expect(trained(1, broken)).rejects.toThrow(
    'collect: the reward of environment 0 in chunk 0 is NaN, wanted finite numbers',
  );
});

it('refuses to execute more actions than a chunk has', async () => {
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 6), { actSteps: 3 }), 3);
  await expect(trained(1, env)).rejects.toThrow(
    'collect: the policy makes chunks of [2, 1], wanted at least [3, 1], which the environments take',
  );
});

/** The agent, but what its policy or critic computes is passed through `change`. */
function altered(
  agent: ActorCritic,
  part: 'policy' | 'critic',
  change: (values: tf.Tensor) => tf.Tensor,
): ActorCritic {
  const { policy, critic } = agent;
  if (part === 'critic') {
    return { ...agent, critic: { ...critic, apply: (...inputs) => change(critic.apply(...inputs)).as1D() } };
  }
  const logProb: typeof policy.logProb = (...inputs) => {
    const scored = policy.logProb(...inputs);
    return { ...scored, logProb: change(scored.logProb).as1D() };
  };
  return { ...agent, policy: { ...policy, logProb } };
}

/** The same values as long as the rollout is evaluated, which takes two calls; then none. */
function failing(): (values: tf.Tensor) => tf.Tensor {
  let calls = 0;
  return (values) => (++calls > 2 ? values.mul(NaN) : values);
}

/** The same values, with an infinite or undefined gradient: √0 has none. */
const withoutGradient = (values: tf.Tensor): tf.Tensor => values.add(values.sub(values).sqrt());

it.each([
  ['policy', (values: tf.Tensor) => values.mul(NaN), 'update: what the actor makes is NaN'],
  ['policy', withoutGradient, 'update: actorGradNorm is NaN'],
  ['critic', failing(), 'update: what the critic makes is NaN'],
  ['critic', withoutGradient, 'update: criticGradNorm is NaN'],
] as const)('names the term of the %s that is not finite and keeps the parameters', async (...row) => {
  const [part, change, message] = row;
  const algorithm = ppo(altered(smallAgent(), part, change), options);
  const start = algorithm.init(0);
  const before = weightsOf(start);
  const tensors = tf.memory().numTensors;
  await expect(train(algorithm, smallEnv(), { ...plan, start }).next()).rejects.toThrow(message);
  expect(weightsOf(start)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
});

it('is the same in two pieces where episodes begin anew in between, with the state copied as a file would', async () => {
  const pieces = { resetEvery: 2 };
  const whole = await trained(4, smallEnv(), {}, pieces);
  const algorithm = ppo(smallAgent(), options);
  let start = algorithm.init(plan.seed);
  for await (const { state } of train(algorithm, smallEnv(), { ...plan, ...pieces, start })) {
    const { tensors, rest } = flatten(copy(state));
    start = unflatten(algorithm.init(9), { tensors, rest: JSON.parse(JSON.stringify(rest)) });
    if (state.iteration === 2) break;
  }
  for await (const { state, metrics } of train(algorithm, smallEnv(), { ...plan, ...pieces, start })) {
    if (state.iteration < 4) continue;
    expect(metrics).toEqual(whole.metrics);
    expect(weightsOf(state)).toEqual(whole.weights);
    break;
  }
});

it('is the same in two pieces where the environments go on from where they stood, wherever that is', async () => {
  const whole = await trained(4, smallEnv());
  for (const stop of [1, 3]) {
    const first = train(ppo(smallAgent(), options), smallEnv(), plan);
    let { state: start, standing } = (await first.next()).value;
    while (start.iteration < stop) ({ state: start, standing } = (await first.next()).value);
    expect(await trained(4, smallEnv(), {}, { start, standing: structuredClone(standing) })).toEqual(whole);
  }
});

/** Where environments stand after an iteration. */
async function standingOf(env: VecEnv): Promise<Standing> {
  return (await train(ppo(smallAgent(), options), env, plan).next()).value.standing;
}

const goneOn = (env: VecEnv, standing: Standing) => trained(1, env, {}, { standing });

it('refuses to go on where environments cannot, and says why', async () => {
  const { save: _, restore: __, ...unsavable } = smallEnv();
  const standing = await standingOf(smallEnv());
  await expect(goneOn(unsavable, standing)).rejects.toThrow('resume: the environments have no restore');
  await expect(goneOn(smallEnv(), await standingOf(unsavable))).rejects.toThrow(
    'resume: a standing without states',
  );
  await expect(goneOn(smallEnv(2), standing)).rejects.toThrow(
    new RangeError('resume: observations are [3, 1, 2], wanted [2, 1, 2]'),
  );
});

it('draws the random numbers of each iteration anew', async () => {
  const algorithm = ppo(smallAgent(), options);
  const drawn: number[] = [];
  const watched: typeof algorithm = {
    ...algorithm,
    learn: (state, rollout, context) => {
      drawn.push(context.random.uniform());
      return algorithm.learn(state, rollout, context);
    },
  };
  for await (const { state } of train(watched, smallEnv(), plan)) if (state.iteration === 3) break;
  expect(new Set(drawn).size).toBe(3);
});

it('begins episodes anew only as often as asked', async () => {
  const resets: unknown[] = [];
  const env = smallEnv();
  const watched: VecEnv = { ...env, reset: (seeds) => (resets.push(seeds), env.reset(seeds)) };
  await trained(5, watched, {}, { resetEvery: 2 });
  expect(resets).toEqual([0, 2, 4].map((k) => [0, 1, 2].map((n) => childSeed(plan.seed, 'start', k, n))));
});

it.each(['collecting', 'updating'])('stops while %s, and leaves the state whole', async (phase) => {
  const algorithm = ppo(smallAgent(), options);
  const start = algorithm.init(0);
  const before = weightsOf(start);
  const tensors = tf.memory().numTensors;
  const stop = new AbortController();
  const env = smallEnv();
  let steps = 0;
  const watched: VecEnv = {
    ...env,
    step: (actions) => {
      steps++;
      if (phase === 'collecting' && steps === 3) stop.abort(new Error('enough'));
      // The update follows the last step; it pauses after its first minibatch.
      if (phase === 'updating' && steps === plan.steps) setImmediate(() => stop.abort(new Error('enough')));
      return env.step(actions);
    },
  };
  const training = train(algorithm, watched, { ...plan, start, signal: stop.signal });
  await expect(training.next()).rejects.toThrow('enough');
  expect(steps).toBe(phase === 'collecting' ? 3 : plan.steps);
  expect(weightsOf(start)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
});

it('raises the learning rate of an actor that hardly moves, and lowers that of one that moves too much', async () => {
  const still = await trained(2, smallEnv(), { desiredKl: 1e3, actorLr: () => 1e-4 });
  expect(still.metrics['train/actor_lr']).toBeGreaterThan(1e-3);
  const moving = await trained(2, smallEnv(), { desiredKl: 1e-9, actorLr: () => 1e-4 });
  expect(moving.metrics['train/actor_lr']).toBeCloseTo(1e-5);
});
