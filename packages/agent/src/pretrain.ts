import { type AdamwState, differentiate, ema, type Optimizer } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { checkCounts } from './check-counts.ts';
import { finite } from './finite.ts';
import type { Compile } from './policy.ts';
import { seeded } from './randomness.ts';

/** Chunks of demonstrations: observations [B, To, Do] and actions [B, Ta, Da] of chosen items. */
export interface Chunks {
  /** The number of items. */
  readonly length: number;
  /** [To, Do] */
  readonly obsShape: readonly [number, number];
  /** [Ta, Da] */
  readonly actionShape: readonly [number, number];
  /** Those with these numbers, each in [0, length): obs [B, To, Do], actions [B, Ta, Da]. */
  gather(indices: Int32Array): { readonly obs: Float32Array; readonly actions: Float32Array };
}

/** One minibatch of behaviour cloning. */
export interface CloneBatch {
  /** [B, To, Do] */
  readonly obs: tf.Tensor3D;
  /** [B, Ta, Da] */
  readonly actions: tf.Tensor3D;
  /** [B, Ta, Da] */
  readonly noise: tf.Tensor3D;
  /** Diffusion time of each row, int32 [B]. */
  readonly time: tf.Tensor1D;
}

/** How `pretrain` learns. */
export interface PretrainOptions {
  /** Of the order of the items, their times and their noise. */
  readonly seed: number;
  /** Items per optimizer step. */
  readonly batchSize: number;
  /** K */
  readonly denoisingSteps: number;
  /** Learning rate by finished epochs. */
  readonly lr: (epoch: number) => number;
  /** How much of the average an update keeps, in [0, 1). */
  readonly emaDecay: number;
  /** Optimizer steps between two updates of the average. */
  readonly updateEmaFreq: number;
  /** The average is a copy of the parameters up to this epoch. */
  readonly epochStartEma: number;
  /** Takes the gradients of `loss`. */
  readonly optimizer: Optimizer<AdamwState>;
  /** Mean squared error of the predicted noise, called inside `tf.tidy`. */
  readonly loss: (params: tf.NamedTensorMap, batch: CloneBatch) => tf.Scalar;
  /** The identity by default. */
  readonly compile?: Compile;
}

/** What one epoch of `pretrain` led to. */
export interface Epoch {
  /** 1, 2, … */
  readonly epoch: number;
  /** Valid until the next epoch is asked for. */
  readonly params: tf.NamedTensorMap;
  /** The exponential moving average of the parameters: what one should act with. */
  readonly average: tf.NamedTensorMap;
  /** Mean over the epoch's minibatches. */
  readonly loss: number;
  /** The learning rate of the epoch. */
  readonly lr: number;
}

/**
 * Behaviour cloning by noise prediction, one epoch at a time, for as long as epochs are asked for. The parameters passed in
 * become the generator's.
 *
 * @throws RangeError, at the first epoch, for a `batchSize`, `denoisingSteps` or `updateEmaFreq` that is no whole number above 0
 * @throws Error where the loss of a minibatch is not finite
 * Source: reference agent/pretrain/train_diffusion_agent.py:15-85, model/diffusion/diffusion.py:318-363.
 */
export async function* pretrain(
  chunks: Chunks,
  start: tf.NamedTensorMap,
  options: PretrainOptions,
): AsyncGenerator<Epoch, never> {
  const { optimizer, compile = (f) => f, batchSize, denoisingSteps, updateEmaFreq } = options;
  checkCounts('pretrain', { batchSize, denoisingSteps, updateEmaFreq });
  const clone = compile(
    (params: tf.NamedTensorMap, state: AdamwState, batches: CloneBatch[], lr: tf.Scalar) => {
      const losses = batches.map((batch) => {
        const { loss, gradients } = differentiate(
          (weights) => ({ loss: options.loss(weights, batch) }),
          params,
        );
        [params, state] = optimizer.update(gradients, state, params, lr);
        return loss;
      });
      return { params, state, losses: tf.stack(losses) };
    },
  );
  const averaged = compile(ema);
  let params = start;
  let state = optimizer.init(start);
  let average = tf.tidy(() => ema(start, start, 0));
  let steps = 0;
  for (let epoch = 1; ; epoch++) {
    const random = seeded(options.seed, epoch);
    const order = random.permutation(chunks.length);
    const lr = options.lr(epoch - 1);
    let sum = 0;
    for (let from = 0; from < order.length;) {
      // Two optimizer steps at once take less than twice one: what lies between them stays where it is. Where the first is followed
      // by the average, or the second is not whole, they go alone.
      const isPair = steps % updateEmaFreq !== 0 && from + 2 * batchSize <= order.length;
      const minibatches = Array.from({ length: isPair ? 2 : 1 }, (_, i) =>
        order.subarray(from + i * batchSize, from + (i + 1) * batchSize),
      );
      const before = { params, state, average };
      const step = tf.tidy(() => {
        const batches = minibatches.map((indices) => cloneBatch(chunks, indices, denoisingSteps, random));
        const { losses, ...next } = clone(params, state, batches, tf.scalar(lr));
        for (const [i, loss] of losses.dataSync().entries()) {
          sum += finite('pretrain: loss', loss) * minibatches[i].length;
        }
        steps += minibatches.length;
        const decay = epoch < options.epochStartEma ? 0 : options.emaDecay;
        const due = (steps - 1) % updateEmaFreq === 0;
        return { ...next, average: due ? averaged(average, next.params, decay) : average };
      });
      ({ params, state, average } = step);
      tf.dispose([before.params, before.state]);
      if (average !== before.average) tf.dispose(before.average);
      from += minibatches.length * batchSize;
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
