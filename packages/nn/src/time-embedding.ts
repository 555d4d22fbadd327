import * as tf from '@tensorflow/tfjs';

/**
 * Sinusoidal embedding of diffusion times, [sin(t·f₀) … sin(t·fₕ₋₁), cos(t·f₀) … cos(t·fₕ₋₁)] with h = dim/2 and
 * fᵢ = 10000^(−i/(h−1)).
 *
 * @param time - [B], or one number for a single row
 * @param dim - even, at least 4
 * @returns [B, dim], or [1, dim] for a number
 * @throws RangeError unless dim is an even number of at least 4 and a tensor of times is [B], B above 0.
 * @see model/diffusion/modules.py:14-95 of the reference, SinusoidalPosEmb
 */
export function timeEmbedding(time: tf.Tensor1D | number, dim: number): tf.Tensor2D {
  if (!(dim >= 4 && dim % 2 === 0))
    throw new RangeError(`timeEmbedding: dim ${dim}, wanted an even number ≥ 4`);
  if (typeof time !== 'number' && (time.rank !== 1 || time.size === 0))
    throw new RangeError(`timeEmbedding: time [${time.shape.join(', ')}], wanted a number or [B], B above 0`);
  const half = dim / 2;
  const frequencies = Float32Array.from({ length: half }, (_, i) => 10_000 ** (-i / (half - 1)));
  if (typeof time === 'number') {
    const sines = frequencies.map((f) => Math.sin(time * f));
    const cosines = frequencies.map((f) => Math.cos(time * f));
    return tf.tensor2d(Float32Array.of(...sines, ...cosines), [1, dim]);
  }
  return tf.tidy(() => {
    const angles = time
      .toFloat()
      .reshape([-1, 1])
      .mul<tf.Tensor2D>(tf.tensor2d(frequencies, [1, half]));
    return tf.concat2d([angles.sin(), angles.cos()], 1);
  });
}
