import { type Denoise, type Guide, pseudoinverseGuide, sample, type Sampler } from '@dppo/diffusion';
import type * as tf from '@tensorflow/tfjs';

import { drawsOf } from './draws.ts';
import type { Network, Observation, Policy } from './policy.ts';

/**
 * How a flow acts without exploration: by a sampler without noise, from the first of the noise that is drawn.
 *
 * @param still - draws no noise
 */
export function bestOfFlow(
  network: Network<[obs: Observation], Denoise>,
  still: Sampler,
  clipAction: number,
): Pick<Policy, 'best' | 'guided'> {
  const chunk = (
    params: tf.NamedTensorMap,
    obs: Observation,
    drawn: tf.Tensor4D,
    guide?: Guide,
  ): tf.Tensor3D =>
    sample(still, network.apply(params, obs), drawsOf(drawn)(), undefined, {
      clipAction,
      ...(guide && { guide }),
    });
  return {
    best: (params, obs, drawn) => chunk(params, obs, drawn),
    guided: (params, obs, drawn, target) => chunk(params, obs, drawn, pseudoinverseGuide(target)),
  };
}
