import {
  localGradients,
  noisePrediction,
  type PathSamples,
  ppo,
  pretrain,
  type Rollout,
  rowsOf,
} from '@dppo/agent';
import { chunkDataset } from '@dppo/data';
import { release } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { samplesOf } from '../../../packages/agent/src/policies/policy.ts';
import type { HopperPreset } from './hopper-preset.ts';
import { normal, random } from './inputs.ts';
import { type Job, shapes } from './job.ts';
import type { Phase } from './phase.ts';

const { obsDim, actionDim, horizonSteps, condSteps } = shapes;

function samples(
  { policy }: Job['agent'],
  size: number,
): PathSamples & { readonly obs: { readonly state: tf.Tensor3D } } {
  const { window } = policy;
  return {
    obs: { state: normal(size, 1, obsDim) },
    states: normal(window * size, horizonSteps, actionDim).reshape([size, window, horizonSteps, actionDim]),
    first: tf.tensor1d(
      Int32Array.from({ length: size }, (_, i) => i % samplesOf(policy)),
      'int32',
    ),
  };
}

/** The actor alone, over one minibatch. */
function forward({ suffix, agent, options, params, flops }: Job): Phase {
  const { policy, compile = (f) => f } = agent;
  const { batchSize, microBatchSize } = options;
  return {
    name: `minibatch: forward${suffix}`,
    flops: batchSize * flops.sample,
    prepare: () => {
      const batch = samples(agent, microBatchSize);
      const score = compile((weights: tf.NamedTensorMap, some: typeof batch) =>
        policy.logProb(weights, some.obs, some).logProb.mean(),
      );
      return () => {
        for (let i = 0; i < batchSize; i += microBatchSize) {
          tf.tidy(() => void score(params.actor, batch).dataSync());
        }
      };
    },
  };
}

/** The actor's gradients over one minibatch, summed. */
function backward(job: Job): Phase {
  const { suffix, agent, options, params, flops } = job;
  const { batchSize: whole } = options;
  return {
    name: `minibatch: forward, backward${suffix}`,
    flops: whole * 3 * flops.sample,
    prepare: async () => {
      const { table } = rolloutOf(job);
      const { reward: numbers, states, logProb } = table;
      const value = { shape: [], data: Float32Array.from(numbers.data) };
      const experience = { 'obs.state': table['obs.state'], states, logProb, value, return: value };
      const update = await localGradients(agent, options).begin(experience);
      const part = {
        samples: random.permutation(whole),
        advantages: random.normal(whole),
        clips: new Float32Array(whole).fill(0.01),
      };
      const actor = [{ ...part, from: 0, whole, iteration: 0, random }];
      return async () => void (await update.of(params, { actor, critic: [] }));
    },
  };
}

function optimizers({ algorithm, learn }: Job): Phase {
  return {
    name: 'minibatch: optimizers',
    prepare: () => {
      const { actor, critic, actorOptimizer, criticOptimizer } = algorithm.init(1);
      return () =>
        tf.tidy(() => {
          learn.actorStep(actor, actorOptimizer, actor, tf.scalar(1e-4)).norm.dataSync();
          learn.criticStep(critic, criticOptimizer, critic, tf.scalar(1e-4)).norm.dataSync();
        });
    },
  };
}

/** What as many chunks leave behind as one minibatch has samples of. */
function rolloutOf({ nEnvs: count, agent: { policy }, options: { batchSize } }: Job): Rollout {
  const { states } = policy;
  const each = samplesOf(policy);
  const rows = batchSize / each;
  const column = (shape: readonly number[]) => ({
    shape,
    data: random.normal(shape.reduce((a, b) => a * b, rows)),
  });
  const flags = { shape: [], data: new Uint8Array(rows) };
  const table = {
    'obs.state': column([condSteps, obsDim]),
    'reached.state': column([condSteps, obsDim]),
    states: column([states, horizonSteps, actionDim]),
    logProb: column([each]),
    reward: column([]),
    terminated: flags,
    truncated: flags,
    first: flags,
  };
  return { count, table, envSteps: rowsOf(table) * horizonSteps, episodes: [] };
}

/** One whole minibatch of the update, from the rollout's arrays to new weights. */
function minibatch(job: Job): Phase {
  const { suffix, agent, options, flops } = job;
  return {
    name: `minibatch: all${suffix}`,
    flops: 3 * options.batchSize * (flops.sample + flops.critic / samplesOf(agent.policy)),
    prepare: () => {
      const rollout = rolloutOf(job);
      const once = ppo(agent, { ...options, updateEpochs: 1 });
      const state = once.init(1);
      return async () => {
        const learned = await once.learn(state, rollout, { random });
        release(learned.state, state);
      };
    },
  };
}

/** An epoch of behaviour cloning: 64 minibatches, and every tenth moves the average, as in the reference. */
function pretraining({ agent: { compile }, network, schedule, flops }: HopperPreset): Phase {
  const batchSize = 128;
  const count = 64 * batchSize;
  return {
    name: 'pre-training, batch 128',
    flops: count * 3 * flops.step,
    makes: { count, unit: 'samples' },
    prepare: () => {
      const rows = count + horizonSteps - 1;
      const [states, actions] = [obsDim, actionDim].map((size) => random.normal(rows * size));
      const chunks = chunkDataset({ states, actions, trajLengths: [rows], ...shapes }, shapes);
      const epochs = pretrain(chunks, network.init(1), {
        seed: 0,
        batchSize,
        objective: noisePrediction(network, schedule),
        lr: () => 1e-4,
        emaDecay: 0.995,
        updateEmaFreq: 10,
        epochStartEma: 1,
        ...(compile && { compile }),
      });
      return async () => void (await epochs.next());
    },
  };
}

/** Every phase of the gradients of an update. */
export function minibatchPhases(job: Job): Phase[] {
  return [forward(job), backward(job), minibatch(job)];
}

/** Every phase of learning from what was collected, and of pre-training. */
export function updatePhases(preset: HopperPreset): Phase[] {
  return [forward(preset), backward(preset), optimizers(preset), minibatch(preset), pretraining(preset)];
}
