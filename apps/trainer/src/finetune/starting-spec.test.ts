import type { DiffusionSpec } from '@dppo/policy';
import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { finetuneOptions } from './finetune-options.ts';
import { settled } from './starting-spec.ts';

const { obsDim, actionDim, condSteps, horizonSteps } = smallHopper.network;
const unet: DiffusionSpec = {
  ...smallHopper,
  network: {
    kind: 'unet',
    obsDim,
    actionDim,
    condSteps,
    horizonSteps,
    timeDim: 4,
    dim: 4,
    dimMults: [1, 2],
    kernelSize: 3,
  },
};

it.each([
  ['an MLP', smallHopper, [8, 8, 8]],
  ['a U-Net, which has no hidden layers', unet, []],
])('decides by the policy what is left open, and takes that again: %s', async (_, spec, hidden) => {
  const { policy } = await untrainedPolicy(spec);
  const { options } = await settled(finetuneOptions.parse({ policy }));
  expect(options).toMatchObject({
    environment: 'hopper',
    denoisingSteps: 5,
    ftDenoisingSteps: 5,
    condSteps: 1,
    horizonSteps: 4,
    timeDim: 4,
    hidden,
    actSteps: 4,
    maxEpisodeSteps: 20,
  });
  expect((await settled(options)).options).toEqual(options);
});

it.each([
  ['hidden', [9], '--hidden: found [9], wanted [8,8,8] as in --policy '],
  ['timeDim', 8, '--time-dim: found 8, wanted 4 as in --policy '],
  ['environment', 'avoid', '--environment: found "avoid", wanted "hopper" as in --policy '],
])('refuses another %s than the policy has', async (name, value, message) => {
  const { policy } = await untrainedPolicy(smallHopper);
  await expect(settled(finetuneOptions.parse({ policy, [name]: value }))).rejects.toThrow(message + policy);
});

it.each([
  ['gammaDenoising', 0.5],
  ['clipPlossCoefRate', 2],
  ['clipPlossCoefBase', 0.001],
])('refuses %s %d, which tells denoising steps apart, where one is fine-tuned', async (name, value) => {
  const { policy } = await untrainedPolicy(smallHopper);
  const given = { policy, clipPlossCoef: 0.02, [name]: value };
  const of = (ftDenoisingSteps: number): Promise<unknown> =>
    settled(finetuneOptions.parse({ ...given, ftDenoisingSteps }));
  await expect(of(1)).rejects.toThrow(`found ${value}, wanted it left out: one denoising step is fine-tuned`);
  await of(2);
});

it('refuses another number than the network has where the policy leaves it to that', async () => {
  const { timeDim: _, ...network } = smallHopper.network;
  const { policy } = await untrainedPolicy({ ...smallHopper, network });
  await expect(settled(finetuneOptions.parse({ policy, timeDim: 8 }))).rejects.toThrow(
    `--time-dim: found 8, wanted 16 as in --policy ${policy}`,
  );
});

it('refuses to train a U-Net on WebAssembly, and no MLP', async () => {
  const [other, { policy }] = [await untrainedPolicy(smallHopper), await untrainedPolicy(unet)];
  await settled(finetuneOptions.parse({ policy: other.policy, backend: 'wasm' }));
  await expect(settled(finetuneOptions.parse({ policy, backend: 'wasm' }))).rejects.toThrow(
    '--backend: found wasm, wanted tensorflow, or cpu, which is slow: WebAssembly has no gradients of the convolutions of a U-Net',
  );
});

it('ends episodes at a success where the options or the policy say so', async () => {
  const ending = { ...smallHopper, task: { ...smallHopper.task, endAtSuccess: true } };
  for (const [spec, given, wanted] of [
    [smallHopper, {}, undefined],
    [smallHopper, { endAtSuccess: true }, true],
    [ending, {}, true],
    [ending, { endAtSuccess: false }, false],
  ] as const) {
    const { policy } = await untrainedPolicy(spec);
    const found = await settled(finetuneOptions.parse({ policy, ...given }));
    expect(found.spec?.task.endAtSuccess).toBe(wanted);
    expect(found.options.endAtSuccess).toBe(wanted);
  }
});
