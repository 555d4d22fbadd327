import type { DenoisingSpec, EtaSpec } from '@dppo/policy';
import { expect, it } from 'vitest';

import { smallFlow, smallHopper } from '../../test/small-policies.ts';
import { finetuneOptions } from './finetune-options.ts';
import { startAdvice } from './start-advice.ts';

const eta: EtaSpec = { kind: 'action', base: 0.5, min: 0.1, max: 1 };
const sampler: DenoisingSpec = {
  kind: 'ddim',
  denoisingSteps: 20,
  ddimSteps: 5,
  ftDenoisingSteps: 5,
  eta,
};

/** The advice for 2 environments × 10 chunks. */
function advice(changed: object = {}, options: object = {}): string[] {
  const given = finetuneOptions.parse({ policy: 'p', nEnvs: 2, steps: 10, batchSize: 100, ...options });
  return startAdvice({ ...smallHopper, sampler: { ...sampler, ...changed } }, given);
}

it('has nothing to say of options that do what was meant', () => {
  expect(advice()).toEqual([]);
  expect(advice({ kind: 'ddpm', denoisingSteps: 7, ftDenoisingSteps: undefined })).toEqual([]);
  expect(advice({ eta: 0 })).toEqual([]);
});

it('says that a minibatch is larger than what an iteration collects, K′ samples a chunk', () => {
  expect(advice({}, { batchSize: 101 })).toEqual([
    'a minibatch of 101 is larger than the 100 samples of an iteration, nEnvs · steps · K′: the optimizer takes one step an epoch; try --batch-size 25',
  ]);
  expect(advice({ ftDenoisingSteps: 4 })[0]).toMatch('larger than the 80 samples');
});

it('says that the steps of DDIM do not divide K', () => {
  expect(advice({ ddimSteps: 6 })).toEqual([
    '6 steps of DDIM do not divide K = 20: they are spread evenly over all of it and rounded, other programs place them otherwise',
  ]);
});

it('says that a fixed η is more noise than that of DDPM', () => {
  expect(advice({ eta: 1 })).toEqual([]);
  expect(advice({ eta: 1.5 })).toEqual(['η = 1.5 is more noise than DDPM has: try --eta 1 or less']);
});

it.each([0.1, 1, 0.995])('says that a learned η begins at its bound, %d', (base) => {
  expect(advice({ eta: { ...eta, base } })).toEqual([
    `η begins at ${base}, within a percent of its bound, where it hardly has a gradient: try --eta 0.55`,
  ]);
});

it('says that a learned η gets no gradient where only the last step is fine-tuned and nothing rewards it', () => {
  const sentence =
    'η gets no gradient: the last step of DDIM has no noise, and no other is fine-tuned; try --ft-denoising-steps 2 or more';
  expect(advice({ ftDenoisingSteps: 1 }, { batchSize: 20 })).toEqual([sentence]);
  expect(advice({ ftDenoisingSteps: 1 }, { batchSize: 20, entCoef: 0.1 })).toEqual([]);
});

it.each([
  [
    { maxLogProb: 1 },
    0.05,
    '40 % of the chunks lie beyond --max-log-prob 1 where σ is 0.05, and have no gradient: leave the bounds out',
  ],
  [{ minLogProb: -1, maxLogProb: 1 }, 0.1, undefined],
  [
    { minLogProb: -1 },
    0.9,
    '100 % of the chunks lie beyond --min-log-prob -1 where σ is 0.9, and have no gradient: leave the bounds out',
  ],
])(
  'says of bounds of ln p %j and σ %d which part of a flow’s chunks has no gradient',
  (bounds, noise, sentence) => {
    const given = finetuneOptions.parse({ policy: 'p', nEnvs: 2, steps: 10, batchSize: 10, ...bounds });
    const spec = { ...smallFlow, sampler: { ...smallFlow.sampler, noise } };
    expect(startAdvice(spec, given)).toEqual(sentence === undefined ? [] : [sentence]);
  },
);

it('says that with a small σ most elements of a chunk have no gradient', () => {
  // P(|z| < 1.409); P(|z| < 0.392), 30 %, is no more than half, and the gradient of these is small.
  expect(advice({}, { minLogprobDenoisingStd: 0.05 })).toEqual([]);
  expect(advice({}, { minLogprobDenoisingStd: 0.02 })).toEqual([
    "84 % of a chunk's elements have a density above the bound of the loss, ln p ≤ 2, where σ is 0.02, and no gradient: try --min-logprob-denoising-std 0.054",
  ]);
});

it('says of a flow whose means have no bound that ratios may overflow', () => {
  const given = finetuneOptions.parse({ policy: 'p', nEnvs: 2, steps: 10, batchSize: 10 });
  const { clipMean: _, ...unbound } = { clipMean: 1, ...smallFlow.sampler };
  const [sentence, ...others] = startAdvice({ ...smallFlow, sampler: unbound }, given);
  expect(sentence).toMatch(/^the means of this flow have no bound.*--denoised-clip-value 1$/);
  expect(others).toEqual([]);
});
