import { noisePrediction, pretrain, seeded } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, sampleStates, tableSampler } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { denoiserMlp } from '@dppo/nn';
import { cosineWarmup } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { type Cloud, moonOf, moons } from './moons.ts';

const schedule = cosineSchedule(15);
// A point is a chunk of one action.
const network = denoiserMlp({ obsDim: 1, actionDim: 2, horizonSteps: 1, hidden: [64, 64, 64] });

/** Learns to tell the noise in points of the two moons; the parameters are the caller's to dispose of. */
export async function learn(epochs: number): Promise<tf.NamedTensorMap> {
  const training = pretrain(moons(2000, seeded(1, 0)), network.init(1), {
    seed: 1,
    objective: noisePrediction(network, schedule),
    batchSize: 200,
    lr: cosineWarmup({ max: 3e-3, min: 1e-4, warmupSteps: 0, cycleSteps: epochs }),
    emaDecay: 0.99,
    updateEmaFreq: 1,
    epochStartEma: 2,
    compile,
  });
  let { value } = await training.next();
  while (value.epoch < epochs) ({ value } = await training.next());
  return value.average;
}

/** From noise to points of the moons in turn: the clouds before, between and after the K steps [K + 1]. */
export function denoise(params: tf.NamedTensorMap, count: number): Cloud[] {
  const random = seeded(2, 0);
  const noise = (shape: [number, number, number]): tf.Tensor3D =>
    tf.tensor3d(random.normal(count * 2), shape);
  return tf.tidy(() => {
    const obs = tf.tensor3d(
      Float32Array.from({ length: count }, (_, i) => moonOf(i)),
      [count, 1, 1],
    );
    const denoiser = network.apply(params, { state: obs });
    const states = sampleStates(tableSampler(ddpmSteps(schedule)), denoiser, noise([count, 1, 2]), noise);
    return states.unstack(1).map((points) => {
      const values = points.dataSync<'float32'>();
      return Array.from({ length: count }, (_, i) => ({
        moon: moonOf(i),
        point: [values[2 * i], values[2 * i + 1]] as const,
      }));
    });
  });
}
