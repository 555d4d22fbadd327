import type { Standing } from '@dppo/agent';
import type { EnvState } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

/** Where environments stand as tensors, without loss; no `states` and `sizes` where they cannot be saved. */
export function standingTensors({ states, obs, firsts, returns, lengths }: Standing): tf.NamedTensorMap {
  const { shape, data } = obs['obs.state'];
  return {
    obs: tf.tensor(data, [firsts.length, ...shape]),
    firsts: tf.tensor1d(Int32Array.from(firsts), 'int32'),
    returns: bitsOf(returns),
    lengths: bitsOf(lengths),
    ...(states && statesTensors(states)),
  };
}

function statesTensors(states: readonly EnvState[]): tf.NamedTensorMap {
  const sizes = Int32Array.from(states, (state) => state.length);
  const joined = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const state of states) {
    joined.set(state, at);
    at += state.length;
  }
  return { states: bitsOf(joined), sizes: tf.tensor1d(sizes, 'int32') };
}

/**
 * Where environments stand by tensors that `standingTensors` gave.
 *
 * @throws RangeError naming a tensor that is missing, or whose length is not that of the others
 */
export function standingIn(tensors: tf.NamedTensorMap): Standing {
  const found = (name: string): tf.Tensor => {
    if (!(name in tensors)) throw new RangeError(`environments.${name} is missing`);
    return tensors[name];
  };
  const [obs, firsts] = [found('obs'), found('firsts')];
  const [returns, lengths] = ['returns', 'lengths'].map((name) => doublesOf(found(name)));
  const count = firsts.size;
  const isSaved = 'states' in tensors || 'sizes' in tensors;
  const states = isSaved ? statesIn(doublesOf(found('states')), found('sizes').dataSync()) : undefined;
  const rows = [obs.shape[0], returns.length, lengths.length, states?.length ?? count];
  if (rows.some((each) => each !== count))
    throw new RangeError(`environments.sizes do not agree with the states of ${count} environments`);
  return {
    obs: { 'obs.state': { shape: obs.shape.slice(1), data: Float32Array.from(obs.dataSync()) } },
    firsts: Uint8Array.from(firsts.dataSync()),
    returns,
    lengths,
    states,
  };
}

/** The states of these sizes, one after another; none where they are others. */
function statesIn(joined: Float64Array, sizes: ArrayLike<number>): readonly EnvState[] {
  const ends: number[] = [];
  for (const size of Array.from(sizes)) ends.push((ends.at(-1) ?? 0) + size);
  const isWhole = ends.every((end, i) => end >= (ends[i - 1] ?? 0)) && (ends.at(-1) ?? 0) === joined.length;
  return isWhole ? ends.map((end, i) => joined.slice(end - sizes[i], end)) : [];
}

/** Each number of 64 bits as two of 32 [n, 2]. */
function bitsOf(values: Float64Array): tf.Tensor2D {
  return tf.tensor2d(new Int32Array(values.slice().buffer), [values.length, 2], 'int32');
}

function doublesOf(bits: tf.Tensor): Float64Array {
  return new Float64Array(Int32Array.from(bits.dataSync()).buffer);
}
