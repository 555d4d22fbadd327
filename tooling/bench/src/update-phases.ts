import { pretrain, type Rollout, startState, type Transitions, update } from '@dppo/agent';
import { chunkDataset } from '@dppo/data';
import { noisePredictionLoss } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

import { type HopperPreset, shapes } from './hopper-preset.ts';
import { normal, random } from './inputs.ts';
import type { Phase } from './phase.ts';

const { obsDim, actionDim, horizonSteps, condSteps } = shapes;

function transitions({ agent, options }: HopperPreset): Transitions {
  const size = options.microBatchSize;
  return {
    obs: normal(size, 1, obsDim),
    previous: normal(size, horizonSteps, actionDim),
    next: normal(size, horizonSteps, actionDim),
    index: tf.tensor1d(
      Int32Array.from({ length: size }, (_, i) => i % agent.policy.transitions),
      'int32',
    ),
  };
}

/** The actor alone, over one minibatch. */
function forward(preset: HopperPreset): Phase {
  const {
    agent: { policy, compile = (f) => f },
    options: { batchSize, microBatchSize },
    params,
    rowFlops,
  } = preset;
  return {
    name: 'minibatch: forward',
    flops: batchSize * rowFlops.actor,
    prepare: () => {
      const batch = transitions(preset);
      const evaluate = compile((weights: tf.NamedTensorMap, some: Transitions) =>
        policy.evaluate(weights, some).logProbs.mean(),
      );
      return () => {
        for (let i = 0; i < batchSize; i += microBatchSize) {
          tf.tidy(() => void evaluate(params.actor, batch).dataSync());
        }
      };
    },
  };
}

/** The actor's gradients over one minibatch, summed. */
function backward(preset: HopperPreset): Phase {
  const {
    learn,
    options: { batchSize, microBatchSize: rows },
    params,
    rowFlops,
  } = preset;
  return {
    name: 'minibatch: forward, backward',
    flops: batchSize * 3 * rowFlops.actor,
    prepare: () => {
      const batch = {
        ...transitions(preset),
        oldLogProb: tf.zeros<tf.Rank.R1>([rows]),
        advantage: normal(1, 1, rows).reshape<tf.Tensor1D>([rows]),
        clip: tf.tensor1d(new Float32Array(rows).fill(0.01)),
      };
      return () => {
        let sum: tf.NamedTensorMap = {};
        for (let i = 0; i < batchSize; i += rows) {
          const before = sum;
          const share = rows / batchSize;
          sum = tf.tidy(() => learn.policyGradient(params.actor, batch, tf.scalar(share), before).gradients);
          tf.dispose(before);
        }
        Object.values(sum)[0].dataSync();
        tf.dispose(sum);
      };
    },
  };
}

function optimizers({ agent, learn, params, nEnvs }: HopperPreset): Phase {
  return {
    name: 'minibatch: optimizers',
    prepare: () => {
      const state = startState(agent, params, nEnvs);
      return () =>
        tf.tidy(() => {
          for (const part of ['actor', 'critic'] as const) {
            const step = learn[`${part}Step`];
            step(params[part], state[`${part}Optimizer`], params[part], tf.scalar(1e-4)).norm.dataSync();
          }
        });
    },
  };
}

/** What as many chunks leave behind as one minibatch has samples of. */
function rolloutOf({ nEnvs: count, agent, options: { batchSize } }: HopperPreset): Rollout {
  const { policy } = agent;
  const chunk = horizonSteps * actionDim;
  const rows = batchSize / policy.transitions;
  return {
    steps: rows / count,
    count,
    obsShape: [condSteps, obsDim],
    transitions: policy.transitions,
    horizonSteps,
    actionDim,
    obs: random.normal(rows * obsDim),
    reached: random.normal(rows * obsDim),
    chains: random.normal(rows * (policy.transitions + 1) * chunk),
    logProbs: random.normal(batchSize),
    rewards: random.normal(rows),
    terminated: new Uint8Array(rows),
    truncated: new Uint8Array(rows),
    firsts: new Uint8Array(rows),
    envSteps: rows * horizonSteps,
    episodes: [],
  };
}

/** One whole minibatch of the update, from the rollout's arrays to new weights. */
function minibatch(preset: HopperPreset): Phase {
  const { agent, learn, options, params, nEnvs, rowFlops } = preset;
  const { batchSize } = options;
  return {
    name: 'minibatch: all',
    flops: 3 * batchSize * (rowFlops.actor + rowFlops.critic / agent.policy.transitions),
    prepare: () => {
      const rollout = rolloutOf(preset);
      const state = startState(agent, params, nEnvs);
      const once = { ...options, updateEpochs: 1, actorLr: 1e-4, criticLr: 1e-3, random };
      return () => tf.tidy(() => void update(agent, learn, state, rollout, once));
    },
  };
}

/** An epoch of behaviour cloning: 64 minibatches, and every tenth moves the average, as in the reference. */
function pretraining({ agent, network, schedule, denoisingSteps, rowFlops }: HopperPreset): Phase {
  const { compile, actorOptimizer: optimizer } = agent;
  const batchSize = 128;
  const count = 64 * batchSize;
  return {
    name: 'pre-training, batch 128',
    flops: count * 3 * rowFlops.actor,
    makes: { count, unit: 'samples' },
    prepare: () => {
      const rows = count + horizonSteps - 1;
      const [states, actions] = [obsDim, actionDim].map((size) => random.normal(rows * size));
      const data = chunkDataset({ states, actions, trajLengths: [rows], ...shapes }, shapes);
      const chunks = {
        ...data,
        obsShape: [condSteps, obsDim],
        actionShape: [horizonSteps, actionDim],
      } as const;
      const epochs = pretrain(chunks, network.init(1), {
        seed: 0,
        batchSize,
        denoisingSteps,
        lr: () => 1e-4,
        emaDecay: 0.995,
        updateEmaFreq: 10,
        epochStartEma: 1,
        optimizer,
        loss: (now, { obs, ...batch }) => noisePredictionLoss(network.apply(now, obs), batch, schedule),
        ...(compile && { compile }),
      });
      return async () => void (await epochs.next());
    },
  };
}

/** Every phase of learning from what was collected, and of pre-training. */
export function updatePhases(preset: HopperPreset): Phase[] {
  return [forward(preset), backward(preset), optimizers(preset), minibatch(preset), pretraining(preset)];
}
