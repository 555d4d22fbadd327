import * as tf from '@tensorflow/tfjs';

import { addNoise, checkNoisy, type NoisyActions } from './forward.ts';
import { ofShape } from './check.ts';
import type { Schedule } from './schedule.ts';
import { checkPrediction, type PredictionOptions } from './prediction.ts';
import type { Denoise } from './sampler.ts';

/**
 * The loss of behaviour cloning with a diffusion policy.
 *
 * L = mean (ε̂(√ᾱₜ · x₀ + √(1 − ᾱₜ) · ε, t) − ε)²,  or (x̂₀ − x₀)² for a network that predicts x₀
 *
 * @param denoise - the network, its observation bound
 * @throws RangeError where the batch is empty or the shapes disagree.
 * @see https://arxiv.org/abs/2006.11239 equation 14, and model/diffusion/diffusion.py:318-363 of the reference
 */
export function noisePredictionLoss(
  denoise: Denoise,
  batch: NoisyActions,
  schedule: Schedule,
  { prediction = 'epsilon' }: Pick<PredictionOptions, 'prediction'> = {},
): tf.Scalar {
  checkNoisy('noisePredictionLoss', batch);
  checkPrediction('noisePredictionLoss', { prediction });
  return tf.tidy(() => {
    const output = ofShape('denoise', denoise(addNoise(batch, schedule), batch.time), batch.actions.shape);
    const target = prediction === 'x0' ? batch.actions : batch.noise;
    return output.sub(target).square().mean<tf.Scalar>();
  });
}
