import { cosineSchedule, ddpmSteps, evaluationSteps, sampleStates, tableSampler } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';

import type { PolicyFile } from './read-policy.ts';

/** Chunks of actions [B][Ta][Da] at one step of the chain, in [−1, 1] at its end. */
export type Chunks = readonly (readonly (readonly number[])[])[];

/** Denoises `count` chunks for one observation [Do]: the chunks before, between and after the K steps [K + 1]. */
export type Sampler = (obs: Float32Array, count: number, seed: number) => Promise<Chunks[]>;

/** The chain of a policy, as `policy.best` of @dppo/agent runs it, with every step kept. */
export function sampler({ spec, actor, frozen }: PolicyFile): Sampler {
  const network = denoiserMlp(spec);
  const quiet = tableSampler(evaluationSteps(ddpmSteps(cosineSchedule(spec.denoisingSteps))));
  const steps = quiet.times.length;
  const cut = steps - spec.ftDenoisingSteps;

  return async (obs, count, seed) => {
    const chain = tf.tidy(() => {
      let draws = 0;
      const noise = (shape: [number, number, number]): tf.Tensor3D =>
        tf.randomNormal(shape, 0, 1, 'float32', seed * (steps + 1) + draws++);
      const rows = { state: tf.tile(tf.tensor3d(obs, [1, 1, spec.obsDim]), [count, 1, 1]) };
      const start = noise([count, spec.horizonSteps, spec.actionDim]);
      const early = sampleStates(quiet, network.apply(frozen, rows), start, noise, { clipNoise: 3, to: cut });
      const middle = early.slice([0, cut], [-1, 1]).squeeze<tf.Tensor3D>([1]);
      const late = sampleStates(quiet, network.apply(actor, rows), middle, noise, {
        clipNoise: 3,
        from: cut,
      });
      return early.concat(late.slice([0, 1]), 1).transpose<tf.Tensor4D>([1, 0, 2, 3]);
    });
    const values = await chain.array();
    chain.dispose();
    return values;
  };
}
