import type * as tf from '@tensorflow/tfjs';

/** Throws unless x has the shape `wanted`, [B, Ta, Da], and time is a number or one for each of the B rows. */
export function checkChunk(x: tf.Tensor3D, time: tf.Tensor1D | number, wanted: readonly number[]): void {
  if (x.shape.join() !== wanted.join()) {
    throw new RangeError(`denoise: x [${x.shape.join(', ')}], wanted [${wanted.join(', ')}]`);
  }
  if (typeof time !== 'number' && time.shape.join() !== String(wanted[0])) {
    throw new RangeError(`denoise: time [${time.shape.join(', ')}], wanted a number or [${wanted[0]}]`);
  }
}
