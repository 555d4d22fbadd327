import type { FlowSpec } from '@dppo/policy/head';

import type { FlowOptions } from '../policy/flow-options.ts';

type Bounds = Pick<FlowOptions, 'minLogProb' | 'maxLogProb'>;

/** Which part of the ln p of paths is at a bound, where it has no gradient. */
export function shareClamped(logProb: ArrayLike<number>, { minLogProb, maxLogProb }: Bounds): number {
  const [least, most] = [minLogProb ?? -Infinity, maxLogProb ?? Infinity].map(Math.fround);
  let clamped = 0;
  for (let i = 0; i < logProb.length; i++) clamped += Number(logProb[i] <= least || logProb[i] >= most);
  return clamped / logProb.length;
}

/**
 * Which part is to be expected there where all σ are the same: the mean of ln p over K steps, the start and D elements is about normal,
 * with mean −½ ln 2πe − K/(K + 1) · ln σ and variance 1 / (2 D (K + 1)).
 */
export function expectedClamped(
  { network, sampler }: Pick<FlowSpec, 'network' | 'sampler'>,
  sigma: number,
  { minLogProb = -Infinity, maxLogProb = Infinity }: Bounds,
): number {
  const elements = network.horizonSteps * network.actionDim;
  const share = sampler.steps / (sampler.steps + 1);
  const mean = -0.5 * Math.log(2 * Math.PI * Math.E) - share * Math.log(sigma);
  const deviation = Math.sqrt(1 / (2 * elements * (sampler.steps + 1)));
  return below((minLogProb - mean) / deviation) + below((mean - maxLogProb) / deviation);
}

/** Which part of a chunk's elements, drawn from 𝒩(0, σ²), has a density above e², where DPPO's loss has no gradient: |z|² < −2 ln(σ√2π) − 4. */
export function expectedAboveBound(sigma: number): number {
  const furthest = -2 * Math.log(sigma * Math.sqrt(2 * Math.PI)) - 4;
  return furthest > 0 ? 1 - 2 * below(-Math.sqrt(furthest)) : 0;
}

/** Φ(z), to 1e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26). */
function below(z: number): number {
  if (!Number.isFinite(z)) return z > 0 ? 1 : 0;
  const x = Math.abs(z) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const tail = 0.5 * t * series.reduceRight((sum, a) => sum * t + a, 0) * Math.exp(-x * x);
  return z > 0 ? 1 - tail : tail;
}
