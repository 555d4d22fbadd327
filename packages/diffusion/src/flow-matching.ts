import * as tf from '@tensorflow/tfjs';

import { ofShape } from './check.ts';
import { checkNoisy, type NoisyActions } from './forward.ts';
import type { Denoise } from './sampler.ts';

/**
 * The straight way from noise to action, at the time of each row [B, Ta, Da].
 *
 * xₜ = t · x₁ + (1 − t) · ε,  x₁ the action
 *
 * @throws RangeError where the batch is empty or the shapes disagree; the times are not read.
 * @see https://arxiv.org/abs/2209.03003
 */
export function interpolate({ actions, noise, time }: NoisyActions): tf.Tensor3D {
  checkNoisy('interpolate', { actions, noise, time });
  return tf.tidy(() => {
    const t = time.reshape<tf.Tensor3D>([-1, 1, 1]);
    return actions.mul<tf.Tensor3D>(t).add(noise.mul(tf.sub(1, t)));
  });
}

/**
 * The loss of behaviour cloning with a flow: the velocity of the straight way, which is that of action less noise.
 *
 * L = mean (v(t · x₁ + (1 − t) · ε, t) − (x₁ − ε))²
 *
 * @param velocity - the network, its observation bound
 * @throws RangeError where the batch is empty or the shapes disagree.
 * @see https://arxiv.org/abs/2209.03003 equation 1, and model/flow/reflow.py:97-170 of ReinFlow
 */
export function flowMatchingLoss(velocity: Denoise, batch: NoisyActions): tf.Scalar {
  checkNoisy('flowMatchingLoss', batch);
  return tf.tidy(() => {
    const { actions, noise, time } = batch;
    const output = ofShape('velocity', velocity(interpolate(batch), time), actions.shape);
    return output.sub(actions.sub(noise)).square().mean<tf.Scalar>();
  });
}
