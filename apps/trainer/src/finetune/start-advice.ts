import { type DiffusionSpec, learnedEta, stepsOf } from '@dppo/policy/head';

import type { FinetuneOptions } from './finetune-options.ts';

/** What options make that is hardly what was meant: a sentence each. */
export function startAdvice({ sampler }: DiffusionSpec, options: FinetuneOptions): string[] {
  const { denoisingSteps, ftDenoisingSteps = stepsOf(sampler) } = sampler;
  const { nEnvs, steps, batchSize, entCoef } = options;
  const samples = nEnvs * steps * ftDenoisingSteps;
  const eta = learnedEta(sampler);
  const remarks: readonly (string | false)[] = [
    batchSize > samples &&
      `a minibatch of ${batchSize} is larger than the ${samples} samples of an iteration, nEnvs · steps · K′: the optimizer takes one step an epoch; try --batch-size ${Math.ceil(samples / 4)}`,
    sampler.kind === 'ddim' &&
      denoisingSteps % sampler.ddimSteps !== 0 &&
      `${sampler.ddimSteps} steps of DDIM do not divide K = ${denoisingSteps}: they are spread evenly over all of it and rounded, other programs place them otherwise`,
    eta !== undefined &&
      (eta.base === eta.min || eta.base === eta.max) &&
      `η begins at its bound ${eta.base}, where it hardly has a gradient: try --eta ${(eta.min + eta.max) / 2}`,
    eta !== undefined &&
      ftDenoisingSteps === 1 &&
      entCoef === 0 &&
      'η gets no gradient: the last step of DDIM has no noise, and no other is fine-tuned; try --ft-denoising-steps 2 or more',
  ];
  return remarks.filter((remark) => remark !== false);
}
