import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import { type FlowSpec, networkOf, networkWeights, policyOf, readPolicy, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeEach, expect, it } from 'vitest';

import { smallFlow } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { check } from '../commands/export.ts';
import { exportOptions } from './export-options.ts';
import { exportPolicy } from './export.ts';

beforeEach(() => {
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

const sizes = { obsDim: 11, actionDim: 3, condSteps: 1, horizonSteps: 4, timeDim: 6 };
const unet: FlowSpec = {
  ...smallFlow,
  network: { kind: 'unet', ...sizes, dim: 4, dimMults: [1, 2], kernelSize: 3 },
  sampler: { kind: 'flow', steps: 3 },
};
const tuned: FlowSpec = {
  ...smallFlow,
  sampler: {
    ...smallFlow.sampler,
    noise: { min: 0.1, max: 0.24, time: 'table', tableDim: 3, hidden: [6] },
  },
};

/** A flow with weights of its noise, and of the velocity before fine-tuning where it has one, exported. */
async function exported(spec: FlowSpec, format: string) {
  const { dir } = await untrainedPolicy(smallFlow);
  const [velocity, frozen] = [1, 2].map((seed) => networkOf(spec.network).init(seed));
  const params = policyOf({ spec, params: velocity }).init(3);
  const [policy, out] = [join(dir, 'flow.safetensors'), join(dir, 'exported')];
  await writePolicy(policy, { spec, params, ...(spec.sampler.noise !== undefined && { frozen }) });
  await exportPolicy(exportOptions.parse({ policy, format, out }), () => {});
  return { out, file: await readPolicy(policy) };
}

async function run(path: string, inputs: Readonly<Record<string, tf.Tensor>>): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const feeds = Object.entries(inputs).map(([name, tensor]) => [
    name,
    new Tensor('float32', tensor.dataSync<'float32'>(), tensor.shape),
  ]);
  const { [session.outputNames[0]]: output } = await session.run(Object.fromEntries(feeds));
  await session.release();
  return output.data as Float32Array;
}

it.each<[string, FlowSpec]>([
  ['an MLP', smallFlow],
  ['an MLP in one step', { ...smallFlow, sampler: { ...smallFlow.sampler, steps: 1 } }],
  ['a U-Net without clips', unet],
  ['a fine-tuned MLP', tuned],
])('gives onnxruntime all steps, and the velocity of one, of %s', async (_, spec) => {
  const [all, one] = [await exported(spec, 'onnx'), await exported(spec, 'onnx-denoiser')];
  const { params } = all.file;
  for (const rows of [1, 3]) {
    const obs = tf.randomNormal<tf.Rank.R3>([rows, 1, 11], 0, 1, 'float32', 3);
    const x = tf.randomNormal<tf.Rank.R3>([rows, 4, 3], 0, 1, 'float32', 4);
    const noise = x.expandDims<tf.Tensor4D>(0);
    const chunk = policyOf(all.file).best(params, { state: obs }, noise);
    expect(await run(all.out, { obs, noise })).toBeAllclose(chunk.dataSync(), { atol: 1e-5 });
    const time = tf.linspace(0.25, 1, rows);
    const velocity = networkOf(spec.network).apply(networkWeights(params), { state: obs })(x, time);
    expect(await run(one.out, { obs, x, time })).toBeAllclose(velocity.dataSync(), { atol: 1e-5 });
  }
});

it('names the weights of a flow as ReinFlow does, with the bounds of its noise', async () => {
  const before = await readTensors((await exported(smallFlow, 'safetensors')).out);
  expect(Object.keys(before.tensors).every((name) => name.startsWith('network.'))).toBe(true);
  const { out, file } = await exported(tuned, 'safetensors');
  const { tensors } = await readTensors(out);
  const groups = new Set(Object.keys(tensors).map((name) => name.split('.').slice(0, 2).join('.')));
  expect(groups).toEqual(
    new Set([
      'actor_old.mlp_mean',
      'actor_old.time_embedding',
      'actor_ft.policy',
      'actor_ft.explore_noise_net',
      'actor_ft.time_embedding_explore',
    ]),
  );
  for (const [theirs, ours] of [
    ['policy.mlp_mean.layers.0.weight', 'mlp_mean.layers.0.weight'],
    ['time_embedding_explore.weight', 'noise.time_embedding_explore.weight'],
    [
      'explore_noise_net.mlp_logvar.moduleList.1.linear_1.bias',
      'noise.mlp_logvar.moduleList.1.linear_1.bias',
    ],
  ])
    expect(tensors[`actor_ft.${theirs}`].dataSync()).toEqual(file.params[ours].dataSync());
  const bound = 'actor_ft.explore_noise_net.logvar_';
  expect(tensors[`${bound}min`]).toBeAllclose([2 * Math.log(0.1)]);
  expect(tensors[`${bound}max`]).toBeAllclose([2 * Math.log(0.24)]);
});

it.each(['lerobot', 'diffusers'])('refuses a flow as %s', async (format) => {
  const { policy, dir } = await untrainedPolicy(smallFlow);
  const options = exportOptions.parse({ policy, format, out: join(dir, 'folder') });
  const sentence = `--policy ${policy}: a flow policy, wanted a diffusion policy`;
  await expect(check(options)).rejects.toThrow(sentence);
  await expect(exportPolicy(options, () => {})).rejects.toThrow(sentence);
});
