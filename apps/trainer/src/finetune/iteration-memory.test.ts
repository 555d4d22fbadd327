import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { checkMemory, iterationBytes } from './iteration-memory.ts';

it('counts what an iteration holds', () => {
  // Per chunk: seen and reached 2 · 11, states 6 · 4 · 3, ln p and order 2 · 5, and 6 more, of 4 bytes.
  expect(iterationBytes(smallHopper, { steps: 3, nEnvs: 2 })).toBe(6 * 4 * (22 + 72 + 10 + 6));
});

const critic = { criticResidual: true, criticLayerNorm: false, criticActivation: 'mish' } as const;
const iteration = {
  ...critic,
  criticHidden: [8],
  steps: 1000,
  nEnvs: 1000,
  batchSize: 50_000,
  microBatchSize: 1000,
};

it('refuses an iteration that is larger than the memory', () => {
  // Beside the samples 4 · 4 · 552 bytes of weights, 1000 · 4 · 48 of what the layers put out; of the critic (11 → 8 → 1) 3 · 4 · 105 and 1000 · 4 · 9.
  const bytes = 440e6 + 4 * 4 * 552 + 1000 * 4 * 48 + 3 * 4 * 105 + 1000 * 4 * 9;
  checkMemory(smallHopper, iteration, bytes);
  expect(() => checkMemory(smallHopper, iteration, bytes - 1e6)).toThrow(
    '--steps 1000 of --n-envs 1000: found 0.440 GB of samples an iteration, wanted at most 0.439 GB, which the memory of this machine has left for them',
  );
});

it('refuses a network whose weights are larger, by what decides them', () => {
  const { obsDim, actionDim, condSteps } = smallHopper.network;
  const sizes = { obsDim, actionDim, condSteps, horizonSteps: 8 };
  const unet = { ...smallHopper, network: { kind: 'unet', ...sizes, dim: 512 } } as const;
  const small = { ...iteration, steps: 1, nEnvs: 1 };
  expect(() => checkMemory(unet, small, 8e9)).toThrow('--unet-dim 512: found ');
  expect(() => checkMemory(unet, { ...small, policy: 'a.safetensors' }, 8e9)).toThrow(
    /--policy a\.safetensors: found \d+\.\d GB of weights, wanted at most 8\.00 GB, which/,
  );
});

it('refuses a critic whose weights are larger', () => {
  const large = { ...iteration, steps: 1, nEnvs: 1, criticHidden: [9000, 9000, 9000] };
  expect(() => checkMemory(smallHopper, large, 1e9)).toThrow(
    '--critic-hidden 9000,9000,9000: found 1.95 GB of weights of the critic, wanted at most',
  );
});

it('refuses more rows at once than there is room for, of those that an iteration has', () => {
  const many = { ...iteration, microBatchSize: 50_000 };
  const { obsDim, actionDim, condSteps } = smallHopper.network;
  const sizes = { obsDim, actionDim, condSteps, horizonSteps: 16 };
  const unet = { ...smallHopper, network: { kind: 'unet', ...sizes, dim: 64, dimMults: [1, 2, 4] } } as const;
  expect(() => checkMemory(unet, many, 4e9)).toThrow(
    /--micro-batch-size 50000: found \d\.\d\d GB of what the layers of the network put out for so many rows/,
  );
  checkMemory(unet, { ...many, steps: 1, nEnvs: 10 }, 4e9);
});
