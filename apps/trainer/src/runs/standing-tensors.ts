import type { Standing } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';

/** Where environments stand as tensors, without loss; undefined where they cannot be saved. */
export function standingTensors(standing: Standing): tf.NamedTensorMap | undefined {
  const { states, obs, firsts, returns, lengths } = standing;
  if (!states) return undefined;
  const { shape, data } = obs['obs.state'];
  const size = states.reduce((sum, state) => sum + state.length, 0);
  const joined = new Float64Array(size);
  let at = 0;
  for (const state of states) {
    joined.set(state, at);
    at += state.length;
  }
  return {
    obs: tf.tensor(data, [firsts.length, ...shape]),
    firsts: tf.tensor1d(Int32Array.from(firsts), 'int32'),
    returns: bitsOf(returns),
    lengths: bitsOf(lengths),
    states: bitsOf(joined),
    sizes: tf.tensor1d(
      Int32Array.from(states, (state) => state.length),
      'int32',
    ),
  };
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
  const [returns, lengths, joined] = ['returns', 'lengths', 'states'].map((name) => doublesOf(found(name)));
  const sizes = found('sizes').dataSync();
  const ends: number[] = [];
  for (const size of sizes) ends.push((ends.at(-1) ?? 0) + size);
  const count = firsts.size;
  const isWhole = [obs.shape[0], returns.length, lengths.length, sizes.length].every(
    (rows) => rows === count,
  );
  if (!isWhole || ends.at(-1) !== joined.length || sizes.some((size) => size < 0))
    throw new RangeError(`environments.sizes do not agree with the states of ${count} environments`);
  return {
    obs: { 'obs.state': { shape: obs.shape.slice(1), data: Float32Array.from(obs.dataSync()) } },
    firsts: Uint8Array.from(firsts.dataSync()),
    returns,
    lengths,
    states: ends.map((end, i) => joined.slice(end - sizes[i], end)),
  };
}

/** Each number of 64 bits as two of 32 [n, 2]. */
function bitsOf(values: Float64Array): tf.Tensor2D {
  return tf.tensor2d(new Int32Array(values.slice().buffer), [values.length, 2], 'int32');
}

function doublesOf(bits: tf.Tensor): Float64Array {
  return new Float64Array(Int32Array.from(bits.dataSync()).buffer);
}
