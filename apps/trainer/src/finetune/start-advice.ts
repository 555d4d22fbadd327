import { type FlowSpec, isFlow, learnedEta, type SteppedSpec } from '@dppo/policy/head';

import { pathSize } from '../algorithms/path-size.ts';

import { isAtBound } from './advice.ts';
import { expectedAboveBound, expectedClamped } from './clamped.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** What options make that is hardly what was meant: a sentence each. */
export function startAdvice(spec: SteppedSpec, options: FinetuneOptions): string[] {
  const { sampler } = spec;
  const { nEnvs, steps, batchSize, entCoef, minLogprobDenoisingStd: leastStd } = options;
  const above = isFlow(spec) ? 0 : expectedAboveBound(leastStd);
  const each = pathSize(sampler).samples;
  const samples = nEnvs * steps * each;
  const eta = sampler.kind === 'flow' ? undefined : learnedEta(sampler);
  const remarks: readonly (string | false)[] = [
    batchSize > samples &&
      `a minibatch of ${batchSize} is larger than the ${samples} samples of an iteration, ${each === 1 ? 'nEnvs · steps' : 'nEnvs · steps · K′'}: the optimizer takes one step an epoch; try --batch-size ${Math.ceil(samples / 4)}`,
    sampler.kind === 'ddim' &&
      sampler.denoisingSteps % sampler.ddimSteps !== 0 &&
      `${sampler.ddimSteps} steps of DDIM do not divide K = ${sampler.denoisingSteps}: they are spread evenly over all of it and rounded, other programs place them otherwise`,
    sampler.kind === 'ddim' &&
      typeof sampler.eta === 'number' &&
      sampler.eta > 1 &&
      `η = ${sampler.eta} is more noise than DDPM has: try --eta 1 or less`,
    sampler.kind === 'flow' &&
      sampler.clipMean === undefined &&
      'the means of this flow have no bound, the actions have one: a mean far beyond makes them so unlikely that ratios overflow; try --denoised-clip-value 1',
    eta !== undefined &&
      (isAtBound(eta.base, eta.min, eta) || isAtBound(eta.base, eta.max, eta)) &&
      `η begins at ${eta.base}, within a percent of its bound, where it hardly has a gradient: try --eta ${(eta.min + eta.max) / 2}`,
    eta !== undefined &&
      each === 1 &&
      entCoef === 0 &&
      'η gets no gradient: the last step of DDIM has no noise, and no other is fine-tuned; try --ft-denoising-steps 2 or more',
    above > 0.5 &&
      `${(above * 100).toFixed(0)} % of a chunk's elements have a density above the bound of the loss, ln p ≤ 2, where σ is ${leastStd}, and no gradient: try --min-logprob-denoising-std 0.054`,
  ];
  return [
    ...remarks.filter((remark) => remark !== false),
    ...(isFlow(spec) ? clampAdvice(spec, options) : []),
  ];
}

/** That most of a flow's paths would have no gradient, at the smallest or the largest σ. */
function clampAdvice(spec: FlowSpec, options: FinetuneOptions): string[] {
  const { noise } = spec.sampler;
  if (noise === undefined) return [];
  const sigmas = typeof noise === 'number' ? [noise] : [noise.min, noise.max];
  const shares = sigmas.map((sigma) => [sigma, expectedClamped(spec, sigma, options)] as const);
  const [sigma, share] = shares.reduce((one, other) => (other[1] > one[1] ? other : one));
  if (share < muchClamped) return [];
  const bounds = [
    ...(options.minLogProb === undefined ? [] : [`--min-log-prob ${options.minLogProb}`]),
    ...(options.maxLogProb === undefined ? [] : [`--max-log-prob ${options.maxLogProb}`]),
  ];
  return [
    `${(share * 100).toFixed(0)} % of the chunks lie beyond ${bounds.join(' and ')} where σ is ${sigma}, and have no gradient: leave the bounds out`,
  ];
}

const muchClamped = 0.1;
