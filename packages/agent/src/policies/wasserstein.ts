import { type Denoise, sample, type Sampler, type SampleOptions } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

/**
 * The squared distance of what two networks make of the same start, 0, by a sampler without noise: a bound of that of their distributions.
 *
 * mean (a(0) − b(0))²
 *
 * @param still - draws no noise
 * @param networks - their observations bound
 * @param shape - of the noise of a path [draws, B, Ta, Da]
 * @see model/flow/ft_ppo/ppoflow.py:423-527 of ReinFlow, whose second network starts where the first has gone to
 */
export function wasserstein(
  still: Sampler,
  networks: readonly Denoise[],
  [, ...shape]: tf.Tensor4D['shape'],
  options: SampleOptions,
): tf.Scalar {
  const [a, b] = networks.map((network) =>
    sample(still, network, tf.zeros<tf.Rank.R3>(shape), undefined, options),
  );
  return a.sub(b).square().mean();
}
