import * as tf from '@tensorflow/tfjs';

import { checkChain, checkChunks, checkFloors, checkLimits, ofShape } from './check.ts';
import { clip } from './clip.ts';
import {
  checkDdim,
  ddimCoefficients,
  ddimMoments,
  ddimTransition,
  raise,
  type DdimTransitionOptions,
} from './ddim-transition.ts';
import { gaussianLogProb } from './log-prob.ts';
import type { Noise, Sample, SampleOptions } from './sample.ts';
import type { DdimTime } from './steps.ts';
import type { Denoise } from './transition.ts';

/** What steps are elsewhere, where η is learned: a slice of the times is a part of the sampler. */
export interface DdimSampler {
  /** Noisiest first, as `ddimTimes` gives them. */
  readonly times: readonly DdimTime[];
  /** η, the same at all times: a number, or a tensor that broadcasts to chunks, such as [B, 1, 1] or [B, 1, Da]. */
  readonly eta: number | tf.Tensor;
}

/** What bounds a chain of DDIM with a learned η, and the density that its log-probabilities are of. */
export interface SampleDdimOptions
  extends DdimTransitionOptions, Pick<SampleOptions, 'clipNoise' | 'clipAction'> {
  /** The floor that the log-probabilities are taken under, where it is another than the one sampled with. */
  readonly logProbMinStd?: number;
}

/**
 * Denoises `start` [B, Ta, Da] with DDIM of a learned η and keeps the whole chain with its log-probabilities.
 *
 * xⱼ₊₁ = mean + max(σ, minStd) · clamp(z),  z ~ 𝒩(0, 1);  ln p of it under max(σ, logProbMinStd); see `ddimTransition`
 *
 * @throws RangeError unless start is a batch of chunks, there are times, eta fits, floors are 0 or more and clips above 0.
 * @see model/diffusion/diffusion_vpg.py:227-395 of the reference
 */
export function sampleDdimChain(
  denoise: Denoise,
  start: tf.Tensor3D,
  { times, eta }: DdimSampler,
  noise: Noise,
  options: SampleDdimOptions = {},
): Sample {
  const { minStd = 0, logProbMinStd = minStd, clipNoise = Infinity, clipAction = Infinity } = options;
  checkChunks('sampleDdimChain', 'start', start);
  checkTimes('sampleDdimChain', times);
  checkDdim('sampleDdimChain', eta, start.shape, options);
  checkFloors('sampleDdimChain', { logProbMinStd });
  checkLimits('sampleDdimChain', { clipNoise, clipAction });
  return tf.tidy(() => {
    const chunks = [start];
    const logProbs: tf.Tensor3D[] = [];
    for (const [j, time] of times.entries()) {
      const x = chunks[j];
      const { mean, std } = ddimMoments(ddimCoefficients(time), denoise(x, time.time), x, eta, options);
      const z = clip(ofShape('noise', noise(x.shape), x.shape), clipNoise);
      const next = mean.add<tf.Tensor3D>(z.mul(raise(std, minStd)));
      chunks.push(j === times.length - 1 ? clip(next, clipAction) : next);
      logProbs.push(gaussianLogProb({ mean, std: raise(std, logProbMinStd) }, chunks[j + 1]));
    }
    return {
      chain: start.stack<tf.Tensor4D>(chunks.slice(1), 1),
      logProbs: logProbs[0].stack<tf.Tensor4D>(logProbs.slice(1), 1),
    };
  });
}

/**
 * The log-density of every element of every transition of whole chains under DDIM with a learned η, in nats: [B, S, Ta, Da].
 *
 * ln p(chain[:, j + 1] | chain[:, j]) at `times[j]`; the gradient reaches η and the network.
 *
 * @param chain - [B, S + 1, Ta, Da], noisiest first, as `sampleDdimChain` returns it
 * @throws RangeError unless the chain is one longer than the times, eta fits, minStd is 0 or more and clips are above 0.
 * @see model/diffusion/diffusion_vpg.py:319-395 of the reference
 */
export function ddimChainLogProbs(
  denoise: Denoise,
  chain: tf.Tensor4D,
  { times, eta }: DdimSampler,
  options: DdimTransitionOptions = {},
): tf.Tensor4D {
  checkTimes('ddimChainLogProbs', times);
  checkChain('ddimChainLogProbs', chain, times.length);
  const [batch, , horizon, actions] = chain.shape;
  checkDdim('ddimChainLogProbs', eta, [batch, horizon, actions], options);
  return tf.tidy(() => {
    const chunks = chain.unstack<tf.Tensor3D>(1);
    const logProbs = times.map((time, j) =>
      gaussianLogProb(ddimTransition(time, denoise, chunks[j], eta, options), chunks[j + 1]),
    );
    return logProbs[0].stack<tf.Tensor4D>(logProbs.slice(1), 1);
  });
}

export function checkTimes(caller: string, times: readonly DdimTime[]): void {
  if (times.length === 0) throw new RangeError(`${caller}: got no times, wanted at least 1`);
}
