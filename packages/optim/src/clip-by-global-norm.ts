import * as tf from '@tensorflow/tfjs';

/** Gradients after {@link clipByGlobalNorm}. */
export interface Clipped {
  /** The scaled gradients, by the names they came with. */
  readonly gradients: tf.NamedTensorMap;
  /** The norm of all gradients together before clipping. */
  readonly norm: tf.Scalar;
}

/**
 * Scales all `gradients` by min(1, `maxNorm` / (‖g‖ + 10⁻⁶)), where ‖g‖ is their L2 norm taken together.
 *
 * @throws RangeError where maxNorm is not positive or there are no gradients.
 * @see torch.nn.utils.clip_grad_norm_ of PyTorch
 */
export function clipByGlobalNorm(gradients: tf.NamedTensorMap, maxNorm: number): Clipped {
  if (!(maxNorm > 0)) throw new RangeError(`clipByGlobalNorm: maxNorm ${maxNorm}, wanted above 0`);
  const entries = Object.entries(gradients);
  if (entries.length === 0) throw new RangeError('clipByGlobalNorm: no gradients, wanted at least one');
  return tf.tidy(() => {
    const norm = tf.addN(entries.map(([, g]) => g.square().sum<tf.Scalar>())).sqrt();
    const scale = tf.scalar(maxNorm).div(norm.add(1e-6)).minimum(1);
    return { gradients: Object.fromEntries(entries.map(([name, g]) => [name, g.mul(scale)])), norm };
  });
}
