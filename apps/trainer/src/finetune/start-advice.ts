import { learnedEta, type SteppedSpec } from '@dppo/policy/head';

import { pathSize } from '../algorithms/path-size.ts';

import type { FinetuneOptions } from './finetune-options.ts';

/** What options make that is hardly what was meant: a sentence each. */
export function startAdvice({ sampler }: SteppedSpec, options: FinetuneOptions): string[] {
  const { nEnvs, steps, batchSize, entCoef } = options;
  const each = pathSize(sampler).samples;
  const samples = nEnvs * steps * each;
  const eta = sampler.kind === 'flow' ? undefined : learnedEta(sampler);
  const remarks: readonly (string | false)[] = [
    batchSize > samples &&
      `a minibatch of ${batchSize} is larger than the ${samples} samples of an iteration, ${each === 1 ? 'nEnvs · steps' : 'nEnvs · steps · K′'}: the optimizer takes one step an epoch; try --batch-size ${Math.ceil(samples / 4)}`,
    sampler.kind === 'ddim' &&
      sampler.denoisingSteps % sampler.ddimSteps !== 0 &&
      `${sampler.ddimSteps} steps of DDIM do not divide K = ${sampler.denoisingSteps}: they are spread evenly over all of it and rounded, other programs place them otherwise`,
    eta !== undefined &&
      (eta.base === eta.min || eta.base === eta.max) &&
      `η begins at its bound ${eta.base}, where it hardly has a gradient: try --eta ${(eta.min + eta.max) / 2}`,
    eta !== undefined &&
      each === 1 &&
      entCoef === 0 &&
      'η gets no gradient: the last step of DDIM has no noise, and no other is fine-tuned; try --ft-denoising-steps 2 or more',
  ];
  return remarks.filter((remark) => remark !== false);
}
