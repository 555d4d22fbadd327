import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { writeNpz } from '@dppo/data';
import { type FlowSpec, networkOf, policyOf, readPolicy, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';

import { smallFlow, smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { exportOptions } from '../export/export-options.ts';
import { exportPolicy } from '../export/export.ts';
import { importOptions } from './import-options.ts';
import { importPolicy } from './import-policy.ts';

beforeEach(() => {
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

const noises = {
  embedding: { min: 0.1, max: 0.24, time: 'embedding', hidden: [6, 5], activation: 'tanh' },
  table: { min: 0.05, max: 0.3, time: 'table', tableDim: 3, hidden: [6], activation: 'tanh' },
  none: { min: 0.1, max: 0.24, time: 'none', hidden: [6], activation: 'tanh' },
} as const;
const tunedFlow = (noise: keyof typeof noises): FlowSpec => ({
  ...smallFlow,
  sampler: { ...smallFlow.sampler, noise: noises[noise] },
});

/** A policy of ours by the names of ReinFlow or the reference, imported. */
async function roundTrip(spec: FlowSpec | typeof smallHopper, tuned: boolean, given: object = {}) {
  const { dir } = await untrainedPolicy(smallFlow);
  const [policy, weights, out] = ['own', 'theirs', 'back'].map((name) => join(dir, `${name}.safetensors`));
  const [start, frozen] = [1, 2].map((seed) => networkOf(spec.network).init(seed));
  const params = policyOf({ spec, params: start }).init(3);
  await writePolicy(policy, { spec, params, ...(tuned && { frozen }) });
  await exportPolicy(exportOptions.parse({ policy, format: 'safetensors', out: weights }), () => {});
  const normalization = join(dir, 'normalization.npz');
  const { obsMin, obsMax, actionMin, actionMax } = spec.bounds;
  const arrays = { obs_min: obsMin, obs_max: obsMax, action_min: actionMin, action_max: actionMax };
  await writeNpz(
    normalization,
    Object.fromEntries(
      Object.entries(arrays).map(([name, values]) => [
        name,
        { shape: [values.length], data: Float32Array.from(values) },
      ]),
    ),
  );
  const options = importOptions.parse({ weights, normalization, out, maxEpisodeSteps: 20, ...given });
  const done = importPolicy(options, () => {});
  return { done, weights, out, before: { spec, params, frozen } };
}

const numbers = (tensors: tf.NamedTensorMap = {}) =>
  Object.entries(tensors)
    .map(([name, tensor]) => [name, tensor.shape, tensor.dataSync()])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));

it.each(['embedding', 'table', 'none'] as const)(
  'takes back what export wrote of a flow whose noise sees of time: %s',
  async (time) => {
    const { done, out, before } = await roundTrip(tunedFlow(time), true);
    await done;
    const { spec, params, frozen } = await readPolicy(out);
    expect(spec.sampler).toEqual(before.spec.sampler);
    expect(numbers(params)).toEqual(numbers(before.params));
    expect(numbers(frozen)).toEqual(numbers(before.frozen));
  },
);

it('takes weights of a pre-trained policy as what it is told that they are', async () => {
  const flow = await roundTrip(smallFlow, false, { kind: 'flow', denoisingSteps: 2 });
  await flow.done;
  expect((await readPolicy(flow.out)).spec.sampler).toEqual({ ...smallFlow.sampler, steps: 2 });
  const diffusion = await roundTrip(smallFlow, false);
  await diffusion.done;
  expect((await readPolicy(diffusion.out)).spec.sampler.kind).toBe('ddpm');
});

it.each<[string, Parameters<typeof roundTrip>, string]>([
  [
    'a fine-tuned flow',
    [tunedFlow('none'), true, { kind: 'diffusion' }],
    '--kind: found "diffusion", wanted flow',
  ],
  [
    'a fine-tuned diffusion',
    [{ ...smallHopper, sampler: { ...smallHopper.sampler, ftDenoisingSteps: 2 } }, true, { kind: 'flow' }],
    '--kind: found "flow", wanted diffusion',
  ],
  [
    'the option of another policy',
    [tunedFlow('none'), true, { predictEpsilon: false }],
    '--predict-epsilon: found false, wanted it left out: the policy is a flow',
  ],
  [
    'steps that no noise was learned for',
    [smallFlow, false, { kind: 'flow', ftDenoisingSteps: 2 }],
    '--ft-denoising-steps: found 2, wanted it left out: no noise was learned',
  ],
  [
    'more steps than the table has',
    [tunedFlow('table'), true, { denoisingSteps: 8 }],
    '--denoising-steps: found 8, wanted 4 as in the weights',
  ],
  [
    'the noise of a flow for a diffusion',
    [smallHopper, false, { noiseActivation: 'mish' }],
    '--noise-activation: found "mish", wanted it left out: the policy is no flow',
  ],
])('refuses %s, and writes nothing', async (_, given, sentence) => {
  const { done, out } = await roundTrip(...given);
  await expect(done).rejects.toThrow(sentence);
  expect(existsSync(out)).toBe(false);
});
