import { type AdamwState, differentiate, ema, type Optimizer } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { finite } from './average-gradient.ts';
import type { Compile } from './policy.ts';
import { seeded } from './randomness.ts';

/** Chunks of demonstrations: observations [B, To, Do] and actions [B, Ta, Da] of chosen items. */
export interface Chunks {
  readonly length: number;
  readonly obsShape: readonly [number, number];
  readonly actionShape: readonly [number, number];
  gather(indices: Int32Array): { readonly obs: Float32Array; readonly actions: Float32Array };
}

export interface CloneBatch {
  readonly obs: tf.Tensor3D;
  readonly actions: tf.Tensor3D;
  /** [B, Ta, Da] */
  readonly noise: tf.Tensor3D;
  /** Diffusion time of each row, int32 [B]. */
  readonly time: tf.Tensor1D;
}

export interface PretrainOptions {
  readonly seed: number;
  readonly batchSize: number;
  /** K */
  readonly denoisingSteps: number;
  /** Learning rate by finished epochs. */
  readonly lr: (epoch: number) => number;
  readonly emaDecay: number;
  /** Optimizer steps between two updates of the average. */
  readonly updateEmaFreq: number;
  /** The average is a copy of the parameters up to this epoch. */
  readonly epochStartEma: number;
  readonly optimizer: Optimizer<AdamwState>;
  /** Mean squared error of the predicted noise, called inside `tf.tidy`. */
  readonly loss: (params: tf.NamedTensorMap, batch: CloneBatch) => tf.Scalar;
  /** The identity by default. */
  readonly compile?: Compile;
}

export interface Epoch {
  /** 1, 2, … */
  readonly epoch: number;
  /** Valid until the next epoch is asked for. */
  readonly params: tf.NamedTensorMap;
  /** The exponential moving average of the parameters: what one should act with. */
  readonly average: tf.NamedTensorMap;
  readonly loss: number;
  readonly lr: number;
}

/**
 * Behaviour cloning by noise prediction, one epoch at a time, for as long as epochs are asked for.
 *
 * Source: reference agent/pretrain/train_diffusion_agent.py:15-85, model/diffusion/diffusion.py:318-363.
 */
export async function* pretrain(
  chunks: Chunks,
  start: tf.NamedTensorMap,
  options: PretrainOptions,
): AsyncGenerator<Epoch, never> {
  const { optimizer, compile = (f) => f } = options;
  const gradient = compile((params: tf.NamedTensorMap, batch: CloneBatch) =>
    differentiate((weights) => ({ loss: options.loss(weights, batch) }), params),
  );
  let params = start;
  let state = optimizer.init(start);
  let average = tf.tidy(() => ema(start, start, 0));
  let steps = 0;
  for (let epoch = 1; ; epoch++) {
    const random = seeded(options.seed, epoch);
    const order = random.permutation(chunks.length);
    const lr = options.lr(epoch - 1);
    let sum = 0;
    for (let from = 0; from < order.length; from += options.batchSize) {
      const indices = order.subarray(from, from + options.batchSize);
      const before = { params, state, average };
      const step = tf.tidy(() => {
        const { loss, gradients } = gradient(
          params,
          cloneBatch(chunks, indices, options.denoisingSteps, random),
        );
        const value = finite('the pre-training loss', loss.dataSync()[0]);
        const [next, nextState] = optimizer.update(gradients, state, params, lr);
        const decay = epoch < options.epochStartEma ? 0 : options.emaDecay;
        const due = steps % options.updateEmaFreq === 0;
        return { value, params: next, state: nextState, average: due ? ema(average, next, decay) : average };
      });
      ({ params, state, average } = step);
      tf.dispose([before.params, before.state]);
      if (average !== before.average) tf.dispose(before.average);
      sum += step.value * indices.length;
      steps++;
    }
    yield { epoch, params, average, loss: sum / order.length, lr };
  }
}

function cloneBatch(
  chunks: Chunks,
  indices: Int32Array,
  denoisingSteps: number,
  random: ReturnType<typeof seeded>,
): CloneBatch {
  const count = indices.length;
  const { obs, actions } = chunks.gather(indices);
  const shape: [number, number, number] = [count, ...chunks.actionShape];
  const time = Int32Array.from(indices, () => Math.floor(random.uniform() * denoisingSteps));
  return {
    obs: tf.tensor3d(obs, [count, ...chunks.obsShape]),
    actions: tf.tensor3d(actions, shape),
    noise: tf.tensor3d(random.normal(actions.length), shape),
    time: tf.tensor1d(time, 'int32'),
  };
}
