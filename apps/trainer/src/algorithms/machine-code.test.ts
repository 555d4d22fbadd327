import type { DiffusionSpec } from '@dppo/policy';
import { describe, expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { finetuneOptions } from '../commands/finetune.ts';
import { settledBy } from '../finetune/starting-spec.ts';
import { finetuningOperations, machineCode, pretrainingOperations } from './machine-code.ts';

/** A policy of a U-Net with so many channels. */
function unetOf(dim: number): DiffusionSpec {
  const { obsDim, actionDim, condSteps, horizonSteps } = smallHopper.network;
  const sizes = { obsDim, actionDim, condSteps, horizonSteps };
  return { ...smallHopper, network: { kind: 'unet', ...sizes, dim, dimMults: [1, 2] } };
}

// 11 observed numbers, 4 of the time and 12 of the chunk; 8, 8 and 8 hidden; 12 out: 27·8 + 8·8 + 8·8 + 8·12 = 440 weights.
describe('the operations that options announce', () => {
  it('are six a weight and row when pre-training', () => {
    expect(pretrainingOperations(smallHopper, { rows: 100, epochs: 2 })).toBe(6 * 440 * 200);
  });

  it('are those of sampling and of the updates when fine-tuning', () => {
    const options = finetuneOptions.parse({ iterations: 7, steps: 10, nEnvs: 3, updateEpochs: 5 });
    const sampler = { ...smallHopper.sampler, ftDenoisingSteps: 2 };
    // 5 denoising steps forwards, 2 of them forwards and backwards in 5 epochs: 2·5 + 6·2·5 = 70 a weight and chunk.
    const operations = finetuningOperations({ ...smallHopper, sampler }, options);
    expect(operations).toBe(440 * 70 * 7 * 10 * 3);
  });

  it('are more with a U-Net of more channels', () => {
    const [small, large] = [16, 32].map((dim) => pretrainingOperations(unetOf(dim), { rows: 1, epochs: 1 }));
    expect(large).toBe(4 * small);
  });
});

describe('machine code', () => {
  it('is made where the work is enough, or as it is asked for', () => {
    expect([1e6, 1e15].map((operations) => machineCode('auto', operations))).toEqual([false, true]);
    expect([1e6, 1e15].map((operations) => machineCode(true, operations))).toEqual([true, true]);
    expect([1e6, 1e15].map((operations) => machineCode(false, operations))).toEqual([false, false]);
  });

  it('is decided for the options that a run keeps', () => {
    const spec = { ...smallHopper, network: { ...smallHopper.network, hidden: [512, 512, 512] } };
    const [few, many] = [1, 1000].map((iterations) =>
      finetuneOptions.parse({ iterations, steps: 1, nEnvs: 40 }),
    );
    expect(few.jit).toBe('auto');
    expect(settledBy(spec, few).jit).toBe(false);
    expect(settledBy(spec, { ...many, steps: 500 }).jit).toBe(true);
  });
});
