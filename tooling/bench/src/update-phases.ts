import { begin, collect, startState, type Transitions, update } from '@dppo/agent';
import { noisePredictionLoss } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { adamw, differentiate, ema } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import * as preset from './hopper-preset.ts';
import { learn, normal, random } from './inputs.ts';
import type { Phase } from './phase.ts';
import { strangeEnv } from './strange-env.ts';

const { agent, options, params, rowFlops, sizes } = preset;
const { policy } = agent;
const { obsDim, actionDim, horizonSteps } = sizes;

function transitions(size: number): Transitions {
  return {
    obs: normal(size, 1, obsDim),
    previous: normal(size, horizonSteps, actionDim),
    next: normal(size, horizonSteps, actionDim),
    index: tf.tensor1d(
      Int32Array.from({ length: size }, (_, i) => i % policy.transitions),
      'int32',
    ),
  };
}

/** Forward alone, then forward and backward, of the actor over one minibatch; then one step of both optimizers. */
function gradients(): Phase[] {
  const rows = options.microBatchSize;
  const count = options.batchSize / rows;
  const batch = transitions(rows);
  const forward = compile((weights: tf.NamedTensorMap, some: Transitions) =>
    policy.evaluate(weights, some).logProbs.mean(),
  );
  const loss = {
    ...batch,
    oldLogProb: tf.zeros<tf.Rank.R1>([rows]),
    advantage: normal(1, 1, rows).reshape<tf.Tensor1D>([rows]),
    clip: tf.tensor1d(new Float32Array(rows).fill(0.01)),
  };
  const each = (work: () => void) => () => {
    for (let i = 0; i < count; i++) tf.tidy(work);
  };
  const state = startState(agent, params, preset.nEnvs);
  return [
    {
      name: 'minibatch: forward',
      flops: options.batchSize * rowFlops.actor,
      repeats: 1,
      run: each(() => void forward(params.actor, batch).dataSync()),
    },
    {
      name: 'minibatch: forward, backward',
      flops: options.batchSize * 3 * rowFlops.actor,
      repeats: 1,
      run: () => {
        let sum: tf.NamedTensorMap = {};
        for (let i = 0; i < count; i++) {
          const before = sum;
          sum = tf.tidy(
            () => learn.policyGradient(params.actor, loss, tf.scalar(1 / count), before).gradients,
          );
          tf.dispose(before);
        }
        Object.values(sum)[0].dataSync();
        tf.dispose(sum);
      },
    },
    {
      name: 'minibatch: optimizers',
      repeats: 5,
      run: () =>
        tf.tidy(() => {
          for (const part of ['actor', 'critic'] as const) {
            const step = learn[`${part}Step`];
            step(params[part], state[`${part}Optimizer`], params[part], tf.scalar(1e-4)).norm.dataSync();
          }
        }),
    },
  ];
}

/** One whole minibatch of the update, from the rollout's arrays to new weights. */
async function minibatch(): Promise<Phase> {
  const env = strangeEnv(preset.nEnvs, obsDim, random);
  const steps = options.batchSize / (preset.nEnvs * policy.transitions);
  const { rollout } = await collect(policy, params.actor, env, await begin(env), {
    steps,
    actSteps: options.actSteps,
    random,
    act: learn.act,
  });
  const state = startState(agent, params, preset.nEnvs);
  return {
    name: 'minibatch: all',
    flops: options.batchSize * 3 * rowFlops.actor + rollout.obs.length * 3 * (rowFlops.critic / obsDim),
    repeats: 1,
    run: () =>
      tf.tidy(() => {
        update(agent, learn, state, rollout, {
          ...options,
          updateEpochs: 1,
          actorLr: 1e-4,
          criticLr: 1e-3,
          random,
        });
      }),
  };
}

/** One optimizer step of pre-training. */
function pretraining(): Phase {
  const batch = 128;
  const optimizer = adamw({ weightDecay: 1e-6 });
  const state = optimizer.init(params.actor);
  const actions = normal(batch, horizonSteps, actionDim);
  const obs = normal(batch, 1, obsDim);
  const time = tf.tensor1d(
    Int32Array.from({ length: batch }, (_, i) => i % preset.denoisingSteps),
    'int32',
  );
  const step = compile((weights: tf.NamedTensorMap, from: typeof state, noise: tf.Tensor3D) => {
    const { gradients: found } = differentiate(
      (now) => ({
        loss: noisePredictionLoss(preset.network.apply(now, obs), { actions, noise, time }, preset.schedule),
      }),
      weights,
    );
    return optimizer.update(found, from, weights, 1e-3);
  });
  const averaged = compile(ema);
  return {
    name: 'pre-training, batch 128',
    flops: batch * 3 * rowFlops.actor,
    makes: { count: batch, unit: 'samples' },
    repeats: 20,
    run: () =>
      tf.tidy(() => {
        const noise = tf.tensor3d(random.normal(batch * horizonSteps * actionDim), actions.shape);
        const [next] = step(params.actor, state, noise);
        Object.values(averaged(params.actor, next, 0.995))
          .at(-1)
          ?.dataSync();
      }),
  };
}

/** Every phase of learning from what was collected, and of pre-training. */
export async function updatePhases(): Promise<Phase[]> {
  return [...gradients(), await minibatch(), pretraining()];
}
