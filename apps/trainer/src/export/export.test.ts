import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import {
  type DenoiserSpec,
  type DenoisingSpec,
  type DiffusionSpec,
  networkOf,
  policyOf,
  readPolicy,
  writePolicy,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';

import { readReference } from '../import/import-weights.ts';
import { exportPolicy } from './export.ts';

const sizes = { obsDim: 5, actionDim: 3, condSteps: 2, horizonSteps: 4, timeDim: 6 };
const own: DenoiserSpec = { kind: 'mlp', ...sizes, hidden: [8, 8, 8] };
const unet: DenoiserSpec = {
  kind: 'unet',
  ...sizes,
  dim: 4,
  dimMults: [1, 2],
  kernelSize: 3,
  conditioning: 'film',
  encoderLayers: 3,
};
const networks: Readonly<Record<string, DenoiserSpec>> = {
  "dppo's own MLP": own,
  'an MLP with mish, layer norm and encoded observations': {
    ...own,
    activation: 'mish',
    layerNorm: true,
    condHidden: [6, 5],
  },
  'a plain MLP with gelu': { ...own, activation: 'gelu', residual: false },
  'an MLP with elu that predicts within ±1': { ...own, activation: 'elu', outActivation: 'tanh' },
  'a plain MLP with softplus and layer norm': {
    ...own,
    activation: 'softplus',
    residual: false,
    hidden: [7, 9],
    layerNorm: true,
  },
  'a plain MLP with no activation but that of what it predicts': {
    ...own,
    activation: 'identity',
    outActivation: 'mish',
    residual: false,
    condHidden: [6],
  },
  'a U-Net': { ...unet, groups: 2 },
  'a U-Net of three levels with a larger epsilon, one layer that encodes and elu': {
    ...unet,
    dimMults: [1, 2, 3],
    groups: 4,
    groupNormEpsilon: 1e-2,
    activation: 'elu',
    encoderLayers: 1,
  },
  'a U-Net without norms, with encoded observations': {
    ...unet,
    activation: 'relu',
    conditioning: 'offset',
    encoderLayers: 1,
    condHidden: [6, 5],
  },
};

const quiet = (): void => {};
let dir = '';
beforeEach(() => {
  const backend = tf.getBackend();
  dir = mkdtempSync(join(tmpdir(), 'export-'));
  return () => tf.setBackend(backend);
});

const ddpm: DenoisingSpec = { kind: 'ddpm', denoisingSteps: 4, clipX0: 1, clipNoise: 3 };

function specOf(network: DenoiserSpec, sampler: DenoisingSpec): DiffusionSpec {
  const [obs, action] = [Array<number>(5).fill(1), Array<number>(3).fill(1)];
  const [obsMin, actionMin] = [obs, action].map((most) => most.map((value) => -value));
  return {
    network,
    sampler,
    bounds: { obsMin, obsMax: obs, actionMin, actionMax: action },
    task: { kind: 'named', name: 'hopper', actSteps: 4, maxEpisodeSteps: 20 },
  };
}

/** A policy in a file, exported. */
async function exported(
  network: DenoiserSpec,
  format: 'safetensors' | 'onnx' | 'onnx-denoiser',
  tuned: boolean,
  sampler = ddpm,
  acting: object = {},
) {
  const made = specOf(network, tuned ? { ...sampler, ftDenoisingSteps: 2 } : sampler);
  const spec = { ...made, task: { ...made.task, ...acting } };
  const [path, out] = [join(dir, 'policy.safetensors'), join(dir, `exported.${format}`)];
  const denoiser = networkOf(network);
  // With the weights of an η that is learned.
  const params = policyOf({ spec, params: denoiser.init(1) }).init(3);
  await writePolicy(path, { spec, params, ...(tuned && { frozen: denoiser.init(2) }) });
  await exportPolicy({ policy: path, format, out }, quiet);
  return { out, file: await readPolicy(path) };
}

async function run(path: string, inputs: Readonly<Record<string, tf.Tensor>>): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const feeds = Object.entries(inputs).map(([name, tensor]) => {
    const { shape, dtype } = tensor;
    const data = tensor.dataSync();
    return [
      name,
      dtype === 'int32'
        ? new Tensor('int32', Int32Array.from(data), shape)
        : new Tensor('float32', Float32Array.from(data), shape),
    ] as const;
  });
  const { [session.outputNames[0]]: output } = await session.run(Object.fromEntries(feeds));
  await session.release();
  return output.data as Float32Array;
}

const cases = Object.entries(networks).flatMap(([name, network]) =>
  [false, true].map((tuned) => ({ name: `${name}${tuned ? ', fine-tuned' : ''}`, network, tuned })),
);

describe('export', () => {
  it.each(cases)('gives onnxruntime the denoising loop of $name', async ({ network, tuned }) => {
    const { out, file } = await exported(network, 'onnx', tuned);
    for (const rows of [1, 3]) {
      const [obs, noise] = [
        tf.randomNormal<tf.Rank.R3>([rows, 2, 5], 0, 1, 'float32', 3),
        tf.randomNormal<tf.Rank.R4>([4, rows, 4, 3], 0, 1, 'float32', 4),
      ];
      const expected = policyOf(file).best(file.params, { state: obs }, noise);
      expect(await run(out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
    }
  });

  it.each(cases)('gives onnxruntime one step of $name', async ({ network, tuned }) => {
    const { out, file } = await exported(network, 'onnx-denoiser', tuned);
    const obs = tf.randomNormal<tf.Rank.R3>([4, 2, 5], 0, 1, 'float32', 3);
    const x = tf.randomNormal<tf.Rank.R3>([4, 4, 3], 0, 1, 'float32', 4);
    const time = tf.tensor1d([0, 1, 2, 3], 'int32');
    const predict = (params: tf.NamedTensorMap) => networkOf(network).apply(params, { state: obs })(x, time);
    // K′ = 2: times 0 and 1 are fine-tuned.
    const { params: tunedWeights, frozen = tunedWeights } = file;
    const expected = tf.concat([predict(tunedWeights).slice(0, 2), predict(frozen).slice(2)]);
    expect(await run(out, { obs, x, time })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
  });

  it.each([false, true])('gives onnxruntime DDIM in three of ten steps, fine-tuned: %s', async (tuned) => {
    const ddim = { ...ddpm, kind: 'ddim', denoisingSteps: 10, ddimSteps: 3, eta: 1 } as const;
    const obs = tf.randomNormal<tf.Rank.R3>([3, 2, 5], 0, 1, 'float32', 3);
    const noise = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 3], 0, 1, 'float32', 4);
    const loop = await exported(own, 'onnx', tuned, ddim);
    const expected = policyOf(loop.file).best(loop.file.params, { state: obs }, noise);
    expect(await run(loop.out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });

    const step = await exported(own, 'onnx-denoiser', tuned, ddim);
    const [x] = noise.unstack<tf.Tensor3D>();
    const { params, frozen = params } = step.file;
    // Times 9, 5 and 0: the last two are fine-tuned, so all times up to 5.
    const weights = [params, params, frozen];
    const times = [0, 5, 6];
    const steps = weights.map((set, i) => networkOf(own).apply(set, { state: obs })(x, times[i]).slice(i, 1));
    const time = tf.tensor1d(times, 'int32');
    expect(await run(step.out, { obs, x, time })).toBeAllclose(tf.concat(steps).dataSync(), { atol: 1e-5 });
  });

  it.each<[string, Partial<Extract<DenoisingSpec, { kind: 'ddim' }>>]>([
    ['whose η is learned', { eta: { kind: 'state-action', base: 1, min: 0, max: 2, hidden: [6] } }],
    ['whose η is learned, for each action', { eta: { kind: 'action', base: 0.5, min: 0, max: 1 } }],
    ['whose noise is bounded', { clipEpsilon: 0.4 }],
    ['whose actions are bounded', { clipAction: 0.3 }],
    [
      'whose η is learned and everything bounded',
      { eta: { kind: 'fixed', base: 0.5, min: 0, max: 1 }, clipEpsilon: 0.4, clipAction: 0.3 },
    ],
    ['that tells the clean action', { prediction: 'x0' }],
  ])('gives onnxruntime both forms of a DDIM %s', async (_, change) => {
    const sampler = { ...ddpm, kind: 'ddim', denoisingSteps: 10, ddimSteps: 3, eta: 1, ...change } as const;
    const obs = tf.randomNormal<tf.Rank.R3>([3, 2, 5], 0, 1, 'float32', 3);
    const noise = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 3], 0, 1, 'float32', 4);
    const loop = await exported(own, 'onnx', true, sampler);
    const expected = policyOf(loop.file).best(loop.file.params, { state: obs }, noise);
    const bound = change.clipAction ?? 1;
    expect(expected.abs().max().dataSync()[0]).toBeLessThanOrEqual(bound + 1e-6);
    expect(await run(loop.out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
    const step = await exported(own, 'onnx-denoiser', true, sampler);
    const x = noise.unstack<tf.Tensor3D>()[0];
    const time = tf.tensor1d([0, 0, 0], 'int32');
    const predicted = networkOf(own).apply(step.file.params, { state: obs })(x, time);
    expect(await run(step.out, { obs, x, time })).toBeAllclose(predicted.dataSync(), { atol: 1e-5 });
  });

  it('names the weights of a learned η as PyTorch does, beside those of the networks', async () => {
    const eta = { kind: 'state', base: 0.5, min: 0.1, max: 1, hidden: [6] } as const;
    const sampler = { ...ddpm, kind: 'ddim', denoisingSteps: 10, ddimSteps: 3, eta } as const;
    const { out, file } = await exported(own, 'safetensors', true, sampler);
    const { tensors } = await readTensors(out);
    const groups = new Set(Object.keys(tensors).map((name) => name.split('.')[0]));
    expect(groups).toEqual(new Set(['actor', 'actor_ft', 'eta']));
    const name = 'eta.mlp_res.moduleList.1.linear_1.weight';
    expect(tensors[name].dataSync()).toEqual(file.params[name].dataSync());
  });

  it('gives onnxruntime a network that tells the clean action, unbounded but for what comes out', async () => {
    const sampler = {
      kind: 'ddpm',
      denoisingSteps: 4,
      prediction: 'x0',
      clipNoise: 3,
      clipAction: 0.2,
    } as const;
    const obs = tf.randomNormal<tf.Rank.R3>([3, 2, 5], 0, 1, 'float32', 3);
    const noise = tf.randomNormal<tf.Rank.R4>([4, 3, 4, 3], 0, 1, 'float32', 4);
    const { out, file } = await exported(own, 'onnx', true, sampler);
    const expected = policyOf(file).best(file.params, { state: obs }, noise);
    expect(expected.abs().max().dataSync()[0]).toBeCloseTo(0.2, 6);
    expect(await run(out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
  });

  it('writes weights that the import takes back, by the names of PyTorch', async () => {
    const { out, file } = await exported(own, 'safetensors', true);
    const names = Object.keys((await readTensors(out)).tensors);
    expect(names).toContain('actor.mlp_mean.layers.1.l2.weight');
    expect(names).toContain('actor_ft.mlp_mean.layers.1.l2.weight');
    const { actor, frozen } = await readReference(out);
    expect(Object.keys(frozen ?? {})).toEqual(Object.keys(actor));
    for (const [name, { values }] of Object.entries(actor))
      expect(file.params[name].dataSync()).toEqual(values());
    for (const [name, { values }] of Object.entries(frozen ?? {})) {
      expect(file.frozen?.[name].dataSync()).toEqual(values());
    }
  });

  it('gives onnxruntime the chunk from the present on, of DDIM that goes the predicted way', async () => {
    const sampler = {
      ...ddpm,
      kind: 'ddim',
      denoisingSteps: 10,
      ddimSteps: 3,
      eta: 1,
      clipX0: 0.4,
      direction: 'predicted',
    } as const;
    const obs = tf.randomNormal<tf.Rank.R3>([3, 2, 5], 0, 1, 'float32', 3);
    const noise = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 3], 0, 1, 'float32', 4);
    const { out, file } = await exported(own, 'onnx', false, sampler, { firstAction: 1, actSteps: 3 });
    const expected = policyOf(file).best(file.params, { state: obs }, noise);
    expect(expected.shape).toEqual([3, 3, 3]);
    expect(await run(out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
  });

  it('names the weights of a policy before fine-tuning as PyTorch does then', async () => {
    const { out } = await exported(own, 'safetensors', false);
    const { tensors } = await readTensors(out);
    expect(Object.keys(tensors).every((name) => name.startsWith('network.'))).toBe(true);
  });
});
