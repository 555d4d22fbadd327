import {
  addNoise,
  ddimSteps,
  ddpmSteps,
  linearSchedule,
  noisePredictionLoss,
  sample,
  sampleStates,
  tableSampler,
} from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

const denoise = (x: tf.Tensor3D) => x.mul<tf.Tensor3D>(0.1);
const noise = (shape: [number, number, number]) => tf.randomNormal<tf.Rank.R3>(shape);

/** What a user of diffusers does first: a linear schedule, DDPM and DDIM, the states between, a loss. */
export function diffusers() {
  const schedule = linearSchedule(100);
  const start = noise([4, 16, 2]);
  const actions = sample(tableSampler(ddpmSteps(schedule)), denoise, start, noise);
  const between = sampleStates(tableSampler(ddimSteps(schedule, 10)), denoise, start);
  const time = tf.randomUniform<tf.Rank.R1>([4], 0, 100, 'int32');
  const batch = { actions, noise: noise([4, 16, 2]), time };
  return { between, noisy: addNoise(batch, schedule), loss: noisePredictionLoss(denoise, batch, schedule) };
}
