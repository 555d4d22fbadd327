import * as tf from '@tensorflow/tfjs';

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
 * @throws Error if a scalar is not finite, naming it
 */
export function averageGradient(pieces: readonly Piece[]): Average {
  const scalars: Record<string, number> = {};
  let sum: tf.NamedTensorMap = {};
  try {
    for (const { share, compute } of pieces) {
      const previous = sum;
      sum = tf.tidy(() => {
        const { gradients, ...rest } = compute(tf.scalar(share), previous);
        for (const [name, value] of Object.entries(rest)) {
          scalars[name] = (scalars[name] ?? 0) + share * finite(name, value.dataSync()[0]);
        }
        return gradients;
      });
      tf.dispose(previous);
    }
  } catch (error) {
    tf.dispose(sum);
    throw error;
  }
  return { gradients: sum, scalars };
}

/** @throws Error if the number is not finite, naming it */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new Error(`update: ${name} is ${value}, expected a finite number`);
  return value;
}
