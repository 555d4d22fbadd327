import { compile } from '@dppo/engine';
import { multiStep, pointMass, timeLimit, vectorize, type VecEnv } from '@dppo/env';
import { cosineSchedule } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';
import { flatten, unflatten } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { smallAgent, smallEnv, smallOptions } from '../test/small.ts';
import { DivergenceError } from './diverged.ts';
import { compiled, type Policy } from './policies/policy.ts';
import { ppo } from './ppo/ppo.ts';
import type { DppoOptions } from './ppo/options.ts';
import type { PpoState } from './ppo/state.ts';
import { noisePrediction } from './objective.ts';
import { pretrain } from './pretrain.ts';
import { begin, collect } from './rollout/collect.ts';
import { deploy } from './rollout/deploy.ts';
import { evaluate } from './rollout/evaluate.ts';
import { explore } from './rollout/explore.ts';
import { seeded } from './randomness.ts';
import { train } from './train.ts';

const weight = 'mlp_mean.layers.1.l1.weight';

/** The tensor with one number of it replaced. */
function broken(tensor: tf.Tensor, value: number): tf.Tensor {
  const data = tensor.dataSync<'float32'>().slice();
  data[data.length - 1] = value;
  return tf.tensor(data, tensor.shape);
}

function filled(params: tf.NamedTensorMap, value: number): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, tf.fill(shape, value)]));
}

// Made once the backend is chosen, which is after this file is loaded.
let policy: Policy;
beforeAll(() => void ({ policy } = smallAgent()));
const beyond = (): number => 1e308;
const bounds = { obsMin: [-4, -1], obsMax: [2, 3], actionMin: [0], actionMax: [5] };

describe.each([NaN, Infinity, -Infinity])('a weight of %d', (value) => {
  it('is named by deploy and evaluate, before anything acts', async () => {
    const params = policy.init(0);
    const bad = { ...params, [weight]: broken(params[weight], value) };
    const message = `${weight} has ${value} in it, wanted finite numbers`;
    expect(() => deploy(policy, bad, { obsDim: 2 })).toThrow(`deploy: ${message}`);
    await expect(evaluate(policy, bad, smallEnv(), { seed: 1 })).rejects.toThrow(`evaluate: ${message}`);
    // Of the steps before the trained ones, too.
    const frozen: Policy = { ...policy, frozen: bad };
    expect(() => deploy(frozen, params, { obsDim: 2 })).toThrow(`deploy: frozen.${message}`);
    expect(() => ppo({ ...smallAgent(), policy: frozen })).toThrow(`ppo: frozen.${message}`);
  });

  it.each(['actor', 'critic', 'actorOptimizer.expAvgSq', 'criticOptimizer.expAvg'])(
    'or in %s of a state is named before a training goes on from it',
    async (network) => {
      const algorithm = ppo(smallAgent(), smallOptions);
      const state = algorithm.init(0);
      const flat = flatten(state);
      const path = Object.keys(flat.tensors).find((name) => name.startsWith(`${network}.`)) ?? '';
      const start: PpoState = unflatten(state, {
        ...flat,
        tensors: { ...flat.tensors, [path]: broken(flat.tensors[path], value) },
      });
      const started = train(algorithm, smallEnv(), { seed: 1, steps: 2, start });
      await expect(started.next()).rejects.toThrow(`train: ${path} has ${value} in it`);
    },
  );
});

it('deploy refuses weights that are no float32, by name', () => {
  const params = { ...policy.init(0), [weight]: tf.zeros(policy.init(0)[weight].shape, 'int32') };
  expect(() => deploy(policy, params, { obsDim: 2 })).toThrow(`deploy: ${weight} is int32, wanted float32`);
});

describe.each([
  ['as it is', (whole: Policy) => whole],
  ['compiled', (whole: Policy) => compiled(whole, compile)],
])('a policy of finite weights that makes no finite actions, %s', (_, made) => {
  const overflowing = () => [made(policy), filled(policy.init(0), 1e38)] as const;

  it('is not acted upon', async () => {
    const [acting, params] = overflowing();
    const deployed = deploy(acting, params, { obsDim: 2, bounds });
    expect(() => deployed.act([0.1, 0.2])).toThrow(
      'act: action 0 of the chunk is NaN in dimension 0, wanted finite numbers',
    );
    await expect(evaluate(acting, params, smallEnv(), { seed: 1 })).rejects.toThrow(
      'evaluate: the action of environment 0 in chunk 0 is NaN, wanted finite numbers',
    );
  });

  it('is named by collect as a divergence', async () => {
    const [acting, params] = overflowing();
    const env = smallEnv();
    const random = seeded(1, 0);
    const collected = collect((obs) => explore(acting, params, obs, random), env, await begin(env, 1), {
      steps: 2,
    });
    await expect(collected).rejects.toThrow(DivergenceError);
    await expect(collected).rejects.toThrow('collect: the action of environment 0 in chunk 0 is NaN');
  });
});

/** Three environments whose observation number `at` since the first reset is not finite in the last of them. */
const unstable = (at: number): VecEnv =>
  vectorize((n) => {
    const env = timeLimit(pointMass(), 4);
    let seen = 0;
    const watched = (obs: Float32Array): Float32Array => (n === 2 && seen++ === at ? obs.fill(NaN) : obs);
    const inner = {
      ...env,
      reset: (seed?: number) => watched(env.reset(seed)),
      step: (action: Float32Array) => {
        const step = env.step(action);
        return { ...step, obs: watched(step.obs) };
      },
    };
    return multiStep(inner, { actSteps: 2 });
  }, 3);

/** Collects four chunks. */
const play = (env: VecEnv) => async () => {
  const params = policy.init(0);
  const act = (obs: Parameters<typeof explore>[2]) => explore(policy, params, obs, seeded(1, 0));
  return collect(act, env, await begin(env, 1), { steps: 4 });
};

describe('an observation that is not finite', () => {
  it('at the first reset is named by evaluate, begin and train', async () => {
    const params = policy.init(0);
    const named = 'the observation of environment 2 at reset is NaN, wanted finite numbers';
    await expect(evaluate(policy, params, unstable(0), { seed: 1 })).rejects.toThrow(`evaluate: ${named}`);
    await expect(begin(unstable(0), 1)).rejects.toThrow(`begin: ${named}`);
    const started = train(ppo(smallAgent(), smallOptions), unstable(0), { seed: 1, steps: 2 });
    await expect(started.next()).rejects.toThrow(`begin: ${named}`);
  });

  it('within a chunk, which the last one of it would hide, is named', async () => {
    const params = policy.init(0);
    const named =
      /^environment 2 \(seed \d+\): multiStep: the observation after action 0 of a chunk has NaN in it, wanted/;
    await expect(evaluate(policy, params, unstable(1), { seed: 1 })).rejects.toThrow(named);
    await expect(play(unstable(1))()).rejects.toThrow(named);
  });

  it('at a reset that follows an episode is named', async () => {
    await expect(play(unstable(5))()).rejects.toThrow(
      'collect: the observation of environment 2 at the reset after chunk 1 is NaN, wanted finite numbers',
    );
  });

  it('is refused by act, also where only its scaling makes it infinite', () => {
    const deployed = deploy(policy, policy.init(0), {
      obsDim: 2,
      bounds: { ...bounds, obsMin: [1e-5, -1], obsMax: [2e-5, 3] },
    });
    for (const value of [NaN, Infinity, 1e36]) {
      expect(() => deployed.act([value, 0])).toThrow(`act: observation is [`);
    }
  });
});

it('evaluate says how environments are to be wrapped that give no history, or take more than a chunk', async () => {
  const params = policy.init(0);
  const bare = vectorize(() => timeLimit(pointMass(), 6), 2);
  await expect(evaluate(policy, params, bare, { seed: 1 })).rejects.toThrow(
    'evaluate: observations are [2], wanted [To, Do]: wrap each environment in multiStep',
  );
  const long = vectorize(() => multiStep(timeLimit(pointMass(), 6), { actSteps: 3 }), 2);
  await expect(evaluate(policy, params, long, { seed: 1 })).rejects.toThrow(
    'evaluate: the policy makes chunks of [2, 1], wanted at least [3, 1], which the environments take',
  );
});

const training = (options: DppoOptions) =>
  train(ppo(smallAgent(), { ...smallOptions, ...options }), smallEnv(), { seed: 2, steps: 4 });

describe('a learning rate beyond all bounds', () => {
  it.each([
    ['actor', { actorLr: beyond }, 'actor_lr 1.00e+308'],
    ['critic', { criticLr: beyond }, 'critic_lr 1.00e+308'],
    ['critic', { criticLr: beyond, updateEpochs: 1 }, 'critic_lr 1.00e+308'],
  ])('is told of the %s by weight, iteration and rate, %o', async (network, options, rate) => {
    const next = training(options).next();
    await expect(next).rejects.toThrow(DivergenceError);
    await expect(next).rejects.toThrow(`iteration 1`);
    await expect(next).rejects.toThrow(rate);
    await expect(next).rejects.toThrow(new RegExp(`: ${network}\\..* has (NaN|-?Infinity) in it, wanted`));
  });

  it('is told of the network, not of a loss, where all weights are finite', async () => {
    const next = training({ criticLr: () => 1e20 }).next();
    await expect(next).rejects.toThrow(
      /^update: what the critic makes is (NaN|-?Infinity), wanted finite numbers; iteration 1, .*critic_lr 1.00e\+20/,
    );
  });

  it.each([
    ['actor', { actorLr: () => 1e15, updateEpochs: 1 }],
    ['critic', { criticLr: () => 1e30, updateEpochs: 1 }],
  ])(
    'is told of the %s in the iteration that it ruined, where all weights are finite',
    async (network, options) => {
      await expect(training(options).next()).rejects.toThrow(
        new RegExp(`^update: what the ${network} makes is .*, wanted finite numbers; iteration 1, `),
      );
    },
  );

  it('leaves the state whole that it began with, and nothing else', async () => {
    const algorithm = ppo(smallAgent(), { ...smallOptions, criticLr: beyond, updateEpochs: 1 });
    const start = algorithm.init(0);
    const tensors = tf.memory().numTensors;
    await expect(train(algorithm, smallEnv(), { seed: 2, steps: 4, start }).next()).rejects.toThrow(
      'critic.',
    );
    expect(tf.memory().numTensors).toBe(tensors);
    for (const tensor of Object.values(flatten(start).tensors)) expect(tensor.isDisposed).toBe(false);
  });

  it('is told of the critic, not of an advantage, where its values overflow', async () => {
    const algorithm = ppo(smallAgent(), smallOptions);
    const state = algorithm.init(0);
    const start = { ...state, critic: filled(state.critic, 1e30) };
    await expect(train(algorithm, smallEnv(), { seed: 2, steps: 4, start }).next()).rejects.toThrow(
      /^update: what the critic makes is (NaN|-?Infinity), wanted finite numbers; iteration 1, actor_lr/,
    );
  });
});

/** Eight items, zeros but one number of item 5. */
const chunks = (column: string, value: number) => ({
  length: 8,
  gather: (indices: Int32Array) => {
    const table = {
      'obs.state': { shape: [1, 1], data: new Float32Array(indices.length) },
      actions: { shape: [2, 2], data: new Float32Array(4 * indices.length) },
    };
    const at = indices.indexOf(5);
    const { shape, data } = column === 'actions' ? table.actions : table['obs.state'];
    if (at >= 0) data[(at + 1) * (data.length / indices.length) - 1] = value;
    return { ...table, [column]: { shape, data } };
  },
});

describe('pretrain', () => {
  const network = denoiserMlp({ obsDim: 1, actionDim: 2, horizonSteps: 2, timeDim: 4, hidden: [8, 8, 8] });
  const objective = noisePrediction(network, cosineSchedule(5));
  it.each([
    ['obs.state', NaN, 'pretrain: obs.state of item 5 is NaN in dimension 0, wanted finite numbers'],
    ['actions', -Infinity, 'pretrain: actions of item 5 is -Infinity in dimension 1, wanted finite numbers'],
  ])('names the item whose %s is %d', async (column, value, message) => {
    const epochs = pretrain(chunks(column, value), network.init(0), { seed: 1, objective, batchSize: 4 });
    await expect(epochs.next()).rejects.toThrow(message);
  });

  it('names the epoch and the rate that made weights infinite, also in its last step', async () => {
    const epochs = pretrain(chunks('actions', 0), network.init(0), {
      seed: 1,
      objective,
      batchSize: 8,
      lr: beyond,
    });
    await expect(epochs.next()).rejects.toThrow(
      /^pretrain: epoch 1, lr 1.00e\+308: params\..* has (NaN|-?Infinity) in it/,
    );
  });

  it('names a weight that it starts from and that is not finite', async () => {
    const start = network.init(0);
    const bad = { ...start, [weight]: broken(start[weight], NaN) };
    await expect(pretrain(chunks('actions', 0), bad, { seed: 1, objective }).next()).rejects.toThrow(
      `pretrain: start: params.${weight} has NaN in it`,
    );
  });
});
