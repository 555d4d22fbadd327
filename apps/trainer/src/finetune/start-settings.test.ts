import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type DenoisingSpec, networkOf, type SteppedSpec, writePolicy } from '@dppo/policy';
import { expect, it } from 'vitest';

import { smallFlow, smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { startOptions } from './start-options.ts';
import { startSettled } from './start-settled.ts';

/** The options that `dppo start` runs with a policy. */
async function started(policy: string, given: object = {}) {
  return (await startSettled(startOptions.parse({ ...given, policy }))).options;
}

/** A policy file as fine-tuning leaves it, with the weights that were not trained. */
async function fineTuned(sampler: DenoisingSpec): Promise<string> {
  const policy = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'policy.safetensors');
  const [params, frozen] = [1, 2].map((seed) => networkOf(smallHopper.network).init(seed));
  await writePolicy(policy, { spec: { ...smallHopper, sampler }, params, frozen });
  return policy;
}

const flow = (sampler: object): SteppedSpec => ({
  ...smallFlow,
  sampler: { ...smallFlow.sampler, ...sampler },
});

it('has a flow learn in one step, with a noise that it learns, and one that was fine-tuned as it was', async () => {
  const [own, tuned] = [
    await started((await untrainedPolicy(flow({}))).policy),
    await started((await untrainedPolicy(flow({ steps: 3, noise: 0.2 }))).policy),
  ];
  expect(own).toMatchObject({
    denoisingSteps: 1,
    flowNoise: 'learned',
    minNoiseStd: 0.08,
    maxNoiseStd: 0.16,
    batchSize: 128,
    actorLr: 5e-5,
    actorMinLr: 1e-5,
  });
  expect(tuned).toMatchObject({ denoisingSteps: 3, flowNoise: 'fixed', minNoiseStd: 0.2, batchSize: 128 });
});

it('has a diffusion policy learn in five steps of DDIM, of fewer in all of them', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  expect(await started(policy)).toMatchObject({
    ddimSteps: 5,
    ftDenoisingSteps: 5,
    eta: 0.5,
    batchSize: 2560,
    actorLr: 3e-4,
    actorMinLr: 5e-5,
  });
  const few: SteppedSpec = { ...smallHopper, sampler: { ...smallHopper.sampler, denoisingSteps: 3 } };
  const { policy: short } = await untrainedPolicy(few);
  expect(await started(short)).toMatchObject({ ddimSteps: 3, ftDenoisingSteps: 3, batchSize: 1536 });
});

it('goes on with a fine-tuned diffusion policy in the steps that it was fine-tuned in', async () => {
  const ddpm = await fineTuned({ kind: 'ddpm', denoisingSteps: 20, ftDenoisingSteps: 10, clipX0: 1 });
  const ddim = { kind: 'ddim', denoisingSteps: 20, ftDenoisingSteps: 2, clipX0: 1 } as const;
  expect(await started(ddpm)).toMatchObject({ ftDenoisingSteps: 10, batchSize: 5120 });
  expect(await started(ddpm)).not.toHaveProperty('ddimSteps');
  const options = await started(await fineTuned({ ...ddim, ddimSteps: 4, eta: 0.3 }));
  expect(options).toMatchObject({ ddimSteps: 4, ftDenoisingSteps: 2, eta: 0.3, batchSize: 1024 });
});

it('does what is asked for, and refuses what does not fit the policy', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const { policy: own } = await untrainedPolicy(smallFlow);
  expect(await started(policy, { ddimSteps: 4, ftDenoisingSteps: 3, batchSize: 99 })).toMatchObject({
    ddimSteps: 4,
    ftDenoisingSteps: 3,
    batchSize: 99,
  });
  await expect(started(own, { ddimSteps: 4 })).rejects.toThrow(
    '--ddim-steps: found 4, wanted it left out: the policy is a flow',
  );
  await expect(started(policy, { clipPlossCoefBase: 0.05 })).rejects.toThrow(
    '--clip-ploss-coef-base: found 0.05, wanted at most --clip-ploss-coef 0.02',
  );
});

it('holds what is given against rates that the policy decides', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const { policy: own } = await untrainedPolicy(smallFlow);
  const refused = '--actor-min-lr: found 1, wanted at most --actor-lr ';
  await expect(started(policy, { actorMinLr: 1 })).rejects.toThrow(`${refused}0.0003`);
  await expect(started(own, { actorMinLr: 1 })).rejects.toThrow(`${refused}0.00005`);
  expect(await started(policy, { actorLr: 1e-5 })).toMatchObject({ actorLr: 1e-5, actorMinLr: 1e-5 });
  expect(await started(own, { actorLr: 1e-6 })).toMatchObject({ actorLr: 1e-6, actorMinLr: 1e-6 });
});
