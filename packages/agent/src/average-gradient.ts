import * as tf from '@tensorflow/tfjs';

import { finite } from './finite.ts';

/** Gradients and scalars of a minibatch. */
export interface Average {
  readonly gradients: tf.NamedTensorMap;
  readonly scalars: Readonly<Record<string, number>>;
}

/** A piece of the minibatch: its part of the whole, and what adds its gradients, times that share, to those so far. */
export interface Piece {
  readonly share: number;
  readonly compute: (
    share: tf.Scalar,
    sum: tf.NamedTensorMap,
  ) => { readonly gradients: tf.NamedTensorMap; readonly loss: tf.Scalar };
}

/**
 * Σᵢ shareᵢ · pieceᵢ of gradients and scalars: the minibatch's own, computed in pieces that stay in cache.
 *
 * Called inside `tf.tidy`.
 *
 * @throws Error if a scalar is not finite, naming it
 */
export function averageGradient(pieces: readonly Piece[]): Average {
  const scalars: Record<string, number> = {};
  let gradients: tf.NamedTensorMap = {};
  for (const { share, compute } of pieces) {
    const previous = gradients;
    gradients = tf.tidy(() => {
      const { gradients: sum, ...terms } = compute(tf.scalar(share), previous);
      const values = tf.stack(Object.values(terms)).dataSync();
      for (const [i, name] of Object.keys(terms).entries()) {
        scalars[name] = (scalars[name] ?? 0) + share * finite(`update: ${name}`, values[i]);
      }
      return sum;
    });
    tf.dispose(previous);
  }
  return { gradients, scalars };
}

/** [0, length) in slices of at most `size`. */
export function slices(length: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, length),
  }));
}
