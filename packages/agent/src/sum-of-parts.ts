import * as tf from '@tensorflow/tfjs';

import type { Average, Terms } from './average-gradient.ts';

/**
 * Σᵢ partᵢ of gradients and scalars, added outside any graph, in the order of the parts, each sum rounded to float32: the same
 * bits wherever the parts were computed. Called inside `tf.tidy`; a single part is the sum.
 */
export function sumOfParts<T extends Terms>(parts: readonly Average<T>[]): Average<T>;
export function sumOfParts([first, ...others]: readonly Average<Terms>[]): Average<Terms> {
  if (others.length === 0) return first;
  const gradients = Object.entries(first.gradients).map(([name, gradient]) => {
    const sum = gradient.dataSync<'float32'>().slice();
    for (const part of others) {
      const added = part.gradients[name].dataSync<'float32'>();
      for (let i = 0; i < sum.length; i++) sum[i] += added[i];
    }
    return [name, tf.tensor(sum, gradient.shape)];
  });
  const scalars: { loss: number; [name: string]: number } = { ...first.scalars };
  for (const part of others) {
    for (const [name, value] of Object.entries(part.scalars)) scalars[name] += value;
  }
  return { gradients: Object.fromEntries(gradients), scalars };
}
