import {
  adamw,
  copy,
  differentiate,
  ema,
  flatten,
  type Optimizer,
  release,
  type TensorTree,
} from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { finite } from './average-gradient.ts';
import { checkNumbers } from './check-weights.ts';
import { checkChunks, type Chunks } from './chunks.ts';
import type { CloneBatch, Objective } from './objective.ts';
import type { Compile } from './policies/policy.ts';
import { checkCounts } from './check-counts.ts';
import { type Randomness, seeded } from './randomness.ts';
import { columnsOf, tensorsOf } from './rollout/table.ts';

/** How `pretrain` learns. */
export interface PretrainOptions {
  /** Randomness that orders the items and draws their times and their noise. */
  readonly seed: number;
  /** What is minimised. */
  readonly objective: Objective;
  /** Items per optimizer step. */
  readonly batchSize?: number;
  /** Learning rate by finished epochs. */
  readonly lr?: (epoch: number) => number;
  /** How much of the average an update keeps, in [0, 1). */
  readonly emaDecay?: number;
  /** Optimizer steps between two updates of the average. */
  readonly updateEmaFreq?: number;
  /** The average is a copy of the parameters up to this epoch. */
  readonly epochStartEma?: number;
  /** Optimizer of the parameters; `adamw()` by default. */
  readonly optimizer?: Optimizer;
  /** Makes the functions of tensors faster; the identity by default. */
  readonly compile?: Compile;
  /** Ends the training with its reason, between two minibatches; the last state yielded stays whole. */
  readonly signal?: AbortSignal | undefined;
}

/** All that changes from epoch to epoch. A type, not an interface, to be a Tree. */
export type PretrainState = {
  /** Finished epochs. */
  readonly epoch: number;
  /** θ, what is trained. */
  readonly params: tf.NamedTensorMap;
  /** The exponential moving average of θ. */
  readonly average: tf.NamedTensorMap;
  /** State of the optimizer. */
  readonly optimizer: TensorTree;
};

/** The state before the first epoch, of which `params` become a part. */
export function pretrainState(params: tf.NamedTensorMap, optimizer: Optimizer = adamw()): PretrainState {
  return { epoch: 0, params, average: copy(params), optimizer: optimizer.init(params) };
}

/** What one epoch of `pretrain` led to. */
export interface Epoch {
  /** 1, 2, … */
  readonly epoch: number;
  /** What to go on from. Valid until the next epoch is asked for, as are its parts below. */
  readonly state: PretrainState;
  /** The parameters. */
  readonly params: tf.NamedTensorMap;
  /** The exponential moving average of the parameters: what one should act with. */
  readonly average: tf.NamedTensorMap;
  /** Mean over the epoch's minibatches. */
  readonly loss: number;
  /** The learning rate of the epoch. */
  readonly lr: number;
}

/**
 * Behaviour cloning, one epoch at a time, for as long as epochs are asked for. What is passed in to begin with becomes the generator's.
 *
 * The same seed gives the same weights on the same machine and backend, also in pieces: going on from a state, copied or kept in a
 * file (`flatten` of @dppo/optim), gives what never stopping gives.
 *
 * @param start - parameters to begin with, or the state to go on from
 * @throws RangeError, at the first epoch, for a `batchSize` or `updateEmaFreq` that is no whole number above 0, or an `emaDecay` that is not in [0, 1)
 * @throws Error naming the column of `chunks`, and the item, that is not finite; DivergenceError where the loss of a minibatch, a weight
 * or the state of the optimizer is not; the reason of `signal` once it is aborted
 * @see agent/pretrain/train_diffusion_agent.py:15-85 of the reference
 */
export async function* pretrain(
  chunks: Chunks,
  start: tf.NamedTensorMap | PretrainState,
  options: PretrainOptions,
): AsyncGenerator<Epoch, never> {
  const { objective, compile = (f) => f, signal } = options;
  const optimizer: Optimizer = options.optimizer ?? adamw();
  const { batchSize = 128, lr: rateAt = () => 1e-3 } = options;
  const { emaDecay = 0.995, updateEmaFreq = 10, epochStartEma = 20 } = options;
  checkCounts('pretrain', { batchSize, updateEmaFreq });
  if (!(emaDecay >= 0 && emaDecay < 1))
    throw new RangeError(`pretrain: emaDecay is ${emaDecay}, wanted a number in [0, 1)`);
  const clone = compile(
    (params: tf.NamedTensorMap, state: TensorTree, batches: readonly CloneBatch[], lr: tf.Scalar) => {
      const losses = batches.map((batch) => {
        const { loss, gradients } = differentiate(
          (weights) => ({ loss: objective.score(weights, batch) }),
          params,
        );
        [params, state] = optimizer.update(gradients, state, params, lr);
        return loss;
      });
      return { params, state, losses: tf.stack(losses) };
    },
  );
  const averaged = compile(ema);
  let state = isState(start) ? start : pretrainState(start, optimizer);
  checkNumbers('pretrain: start', flatten(state).tensors);
  for (;;) {
    const epoch = state.epoch + 1;
    const order = seeded(options.seed, 'order', epoch).permutation(chunks.length);
    const random = seeded(options.seed, 'pretrain', epoch);
    const lr = rateAt(epoch - 1);
    const when = `epoch ${epoch}, lr ${lr.toPrecision(3)}`;
    const decay = epoch < epochStartEma ? 0 : emaDecay;
    let steps = (epoch - 1) * Math.ceil(order.length / batchSize);
    let sum = 0;
    let current = state;
    try {
      for (let from = 0; from < order.length;) {
        // Two optimizer steps at once take less than twice one: what lies between them stays where it is. Where the first is followed
        // by the average, or the second is not whole, they go alone.
        const isPair = steps % updateEmaFreq !== 0 && from + 2 * batchSize <= order.length;
        const minibatches = Array.from({ length: isPair ? 2 : 1 }, (_, i) =>
          order.subarray(from + i * batchSize, from + (i + 1) * batchSize),
        );
        const { params, optimizer: moments, average } = current;
        const next = tf.tidy(() => {
          const batches = minibatches.map((indices) => cloneBatch(chunks, indices, objective, random));
          const cloned = clone(params, moments, batches, tf.scalar(lr));
          for (const [i, loss] of cloned.losses.dataSync().entries()) {
            sum += finite(`pretrain: the loss in ${when}`, loss) * minibatches[i].length;
          }
          steps += minibatches.length;
          const due = (steps - 1) % updateEmaFreq === 0;
          return {
            epoch,
            params: cloned.params,
            average: due ? averaged(average, cloned.params, decay) : average,
            optimizer: cloned.state,
          };
        });
        release(current, next, state);
        current = next;
        from += minibatches.length * batchSize;
        if (signal === undefined) continue;
        // Whoever aborts gets a turn.
        await tf.nextFrame();
        signal.throwIfAborted();
      }
      checkNumbers(`pretrain: ${when}`, flatten(current).tensors);
    } catch (error) {
      release(current, state);
      throw error;
    }
    release(state, current);
    state = current;
    const { params, average } = state;
    yield { epoch, state, params, average, loss: sum / order.length, lr };
  }
}

function isState(start: tf.NamedTensorMap | PretrainState): start is PretrainState {
  return typeof start.epoch === 'number';
}

function cloneBatch(
  chunks: Chunks,
  indices: Int32Array,
  objective: Objective,
  random: Randomness,
): CloneBatch {
  const table = chunks.gather(indices);
  checkChunks(table, indices);
  const { actions } = table;
  const shape: [number, number, number] = [indices.length, actions.shape[0], actions.shape[1]];
  return {
    obs: tensorsOf(columnsOf(table, 'obs.')),
    actions: tf.tensor3d(actions.data, shape),
    time: objective.draw(indices.length, random),
    noise: tf.tensor3d('noise' in table ? table['noise'].data : random.normal(actions.data.length), shape),
  };
}
