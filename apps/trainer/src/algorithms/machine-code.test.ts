import { describe, expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { settledBy } from '../finetune/decided-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { finetuningWork, machineCode, pretrainingWork } from './machine-code.ts';

// 4 numbers of the time, 8 and 4 again: 64 products; 11 observed, 4 of the time and 12 of the chunk; 8, 8 and 8 hidden; 12 out:
// 27·8 + 8·8 + 8·8 + 8·12 = 440.
describe('the work that options announce', () => {
  it('is a call a minibatch and six operations a product and row when pre-training', () => {
    const options = pretrainOptions.parse({ data: 'a', out: 'b', epochs: 2, batchSize: 30 });
    expect(pretrainingWork(smallHopper, 100, options)).toEqual({ calls: 2 * 4, operations: 6 * 504 * 200 });
  });

  it('is that of samples and updates when fine-tuning', () => {
    const given = { iterations: 7, steps: 10, nEnvs: 3, updateEpochs: 5, microBatchSize: 100 };
    const sampler = { ...smallHopper.sampler, ftDenoisingSteps: 2 };
    const work = finetuningWork({ ...smallHopper, sampler }, finetuneOptions.parse(given));
    // 30 chunks of 5 denoising steps forwards; 30 · 2 · 5 = 300 pairs forwards and backwards, in pieces of 100.
    expect(work).toEqual({ calls: 7 * (10 + 3), operations: 7 * 504 * (2 * 5 * 30 + 6 * 300) });
  });
});

const { network: mlp } = smallHopper;

describe('machine code', () => {
  it('is made where calls or operations are enough, or as it is asked for', () => {
    const [little, many, heavy] = [
      { calls: 5000, operations: 1e12 },
      { calls: 20_000, operations: 0 },
      { calls: 0, operations: 1e13 },
    ];
    // 5000 · 0.8 ms + 10¹² · 3 · 10⁻¹² s = 7 s, less than the 8 s that its making costs.
    expect([little, many, heavy].map((work) => machineCode('auto', mlp, work))).toEqual([false, true, true]);
    expect([true, false].map((jit) => machineCode(jit, mlp, little))).toEqual([true, false]);
    expect([true, false].map((jit) => machineCode(jit, mlp, heavy))).toEqual([true, false]);
  });

  it('is made of a U-Net where it is asked for alone', () => {
    const { obsDim, actionDim, condSteps, horizonSteps } = mlp;
    const unet = { kind: 'unet', obsDim, actionDim, condSteps, horizonSteps } as const;
    const heavy = { calls: 1e6, operations: 1e18 };
    expect(machineCode('auto', unet, heavy)).toBe(false);
    expect(machineCode(true, unet, heavy)).toBe(true);
  });

  it('is decided for the options that a run keeps', () => {
    const spec = { ...smallHopper, network: { ...smallHopper.network, hidden: [512, 512, 512] } };
    const options = finetuneOptions.parse({ iterations: 1, steps: 1 });
    expect(options.jit).toBe('auto');
    expect(settledBy(spec, options).jit).toBe(false);
    expect(settledBy(spec, { ...options, iterations: 1000, steps: 500 }).jit).toBe(true);
    expect(settledBy(spec, { ...options, jit: true }).jit).toBe(true);
  });
});
