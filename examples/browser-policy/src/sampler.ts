import { sampleStates } from '@dppo/diffusion';
import { isDiffusion, networkOf, type PolicyFile, samplersOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

/** Chunks of actions [B][Ta][Da] at one step of the chain, in [−1, 1] at its end. */
export type Chunks = readonly (readonly (readonly number[])[])[];

/** Denoises `count` chunks for one observation [Do]: the chunks before, between and after the K steps [K + 1]. */
export type Sampler = (obs: Float32Array, count: number, seed: number) => Promise<Chunks[]>;

/**
 * The chain of a policy, as `policy.best` of @dppo/agent runs it, with every step kept.
 *
 * @throws RangeError where the policy does not denoise
 */
export function sampler({ spec, params, frozen = params }: PolicyFile): Sampler {
  if (!isDiffusion(spec))
    throw new RangeError(`sampler: a ${spec.network.kind} policy, wanted one that denoises`);
  const { obsDim, horizonSteps, actionDim } = spec.network;
  const network = networkOf(spec.network);
  const { quiet } = samplersOf(spec);
  const steps = quiet.times.length;
  const { ftDenoisingSteps = steps, clipNoise = Infinity } = spec.sampler;
  const cut = steps - ftDenoisingSteps;

  return async (obs, count, seed) => {
    const chain = tf.tidy(() => {
      let draws = 0;
      const noise = (shape: [number, number, number]): tf.Tensor3D =>
        tf.randomNormal(shape, 0, 1, 'float32', seed * (steps + 1) + draws++);
      const rows = { state: tf.tile(tf.tensor3d(obs, [1, 1, obsDim]), [count, 1, 1]) };
      const start = noise([count, horizonSteps, actionDim]);
      const early = sampleStates(quiet, network.apply(frozen, rows), start, noise, { clipNoise, to: cut });
      const middle = early.slice([0, cut], [-1, 1]).squeeze<tf.Tensor3D>([1]);
      const late = sampleStates(quiet, network.apply(params, rows), middle, noise, { clipNoise, from: cut });
      return early.concat(late.slice([0, 1]), 1).transpose<tf.Tensor4D>([1, 0, 2, 3]);
    });
    const values = await chain.array();
    chain.dispose();
    return values;
  };
}
