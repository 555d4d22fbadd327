import type * as tf from '@tensorflow/tfjs';

import type { Starts } from './starts.ts';

/** Throws unless the map has every parameter of the network in the shape that it starts with. */
export function checkParams(caller: string, starts: Starts, params: tf.NamedTensorMap): void {
  for (const [name, { shape }] of Object.entries(starts)) {
    if (!(name in params)) {
      const got = Object.keys(params).join(', ') || 'none';
      throw new RangeError(
        `${caller}: no parameter "${name}" among ${got}, wanted one [${shape.join(', ')}]`,
      );
    }
    if (params[name].shape.join() !== shape.join()) {
      throw new RangeError(
        `${caller}: parameter "${name}" [${params[name].shape.join(', ')}], wanted [${shape.join(', ')}]`,
      );
    }
  }
}

/** Throws unless every size is a whole number above 0. */
export function checkSizes(
  caller: string,
  sizes: Readonly<Record<string, number | readonly number[]>>,
): void {
  for (const [name, size] of Object.entries(sizes)) {
    for (const each of [size].flat()) {
      if (!(Number.isInteger(each) && each > 0)) {
        throw new RangeError(`${caller}: ${name} ${each}, wanted a whole number above 0`);
      }
    }
  }
}

/** Throws unless x has the shape `wanted`, [B, Ta, Da], and time is a number or one for each of the B rows. */
export function checkChunk(x: tf.Tensor3D, time: tf.Tensor1D | number, wanted: readonly number[]): void {
  if (x.shape.join() !== wanted.join()) {
    throw new RangeError(`denoise: x [${x.shape.join(', ')}], wanted [${wanted.join(', ')}]`);
  }
  if (typeof time !== 'number' && time.shape.join() !== String(wanted[0])) {
    throw new RangeError(`denoise: time [${time.shape.join(', ')}], wanted a number or [${wanted[0]}]`);
  }
}
