import { cosineSchedule, ddpmSteps, evaluationSteps, sample } from '@dppo/diffusion';
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
  const steps = evaluationSteps(ddpmSteps(cosineSchedule(spec.denoisingSteps)));

  return async (obs, count, seed) => {
    const chain = tf.tidy(() => {
      let draws = 0;
      const noise = (shape: [number, number, number]): tf.Tensor3D =>
        tf.randomNormal(shape, 0, 1, 'float32', seed * (steps.length + 1) + draws++);
      const rows = tf.tile(tf.tensor3d(obs, [1, 1, spec.obsDim]), [count, 1, 1]);
      const [early, late] = [network.apply(frozen, rows), network.apply(actor, rows)];
      const chunks = [noise([count, spec.horizonSteps, spec.actionDim])];
      for (const [j, step] of steps.entries()) {
        const denoise = j < steps.length - spec.ftDenoisingSteps ? early : late;
        chunks.push(sample(denoise, chunks[j], [step], noise, { clipNoise: 3 }));
      }
      return chunks[0].stack<tf.Tensor4D>(chunks.slice(1));
    });
    const values = await chain.array();
    chain.dispose();
    return values;
  };
}
