import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';

import { readReference } from '../import/import-weights.ts';
import type { NetworkSpec } from '../policy/network-spec.ts';
import { denoiserOf, type PolicyFile, policyOf, readPolicy, writePolicy } from '../policy/policy-file.ts';
import type { DiffusionSpec } from '../policy/policy-spec.ts';
import { exportPolicy } from './export.ts';

const mlp: NetworkSpec = {
  kind: 'mlp',
  activation: 'mish',
  residual: true,
  layerNorm: true,
  condHidden: [6, 5],
};
const unet: NetworkSpec = {
  kind: 'unet',
  activation: 'mish',
  dim: 4,
  dimMults: [1, 2],
  kernelSize: 3,
  groups: 2,
  conditioning: 'film',
  encoderLayers: 3,
  condHidden: [],
};
const networks: Readonly<Record<string, NetworkSpec | undefined>> = {
  "dppo's own MLP": undefined,
  'an MLP with mish, layer norm and encoded observations': mlp,
  'a plain MLP with gelu': { ...mlp, activation: 'gelu', residual: false, layerNorm: false, condHidden: [] },
  'a U-Net': unet,
  'a U-Net without norms, with encoded observations': {
    ...unet,
    activation: 'relu',
    groups: undefined,
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

function specOf(network: NetworkSpec | undefined, given: Partial<DiffusionSpec>): DiffusionSpec {
  return {
    kind: 'diffusion',
    environment: { kind: 'named', name: 'hopper' },
    obsDim: 5,
    actionDim: 3,
    condSteps: 2,
    horizonSteps: 4,
    actSteps: 4,
    maxEpisodeSteps: 20,
    hidden: network?.kind === 'unet' ? [] : [8, 8, 8],
    denoisingSteps: 4,
    timeDim: 6,
    bounds: { obsMin: [], obsMax: [], actionMin: [], actionMax: [] },
    ...(network && { network }),
    ...given,
  };
}

/** A policy in a file, exported. */
async function exported(
  network: NetworkSpec | undefined,
  format: 'safetensors' | 'onnx' | 'onnx-denoiser',
  tuned: boolean,
) {
  const spec = specOf(network, tuned ? { ftDenoisingSteps: 2 } : {});
  const [path, out] = [join(dir, 'policy.safetensors'), join(dir, `exported.${format}`)];
  const denoiser = denoiserOf(spec);
  await writePolicy(path, { spec, actor: denoiser.init(1), ...(tuned && { frozen: denoiser.init(2) }) });
  await exportPolicy({ policy: path, format, out }, quiet);
  return { spec, out, file: await readPolicy(path) };
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
      const expected = policyOf(file).best(file.actor, { state: obs }, noise);
      expect(await run(out, { obs, noise })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
    }
  });

  it.each(cases)('gives onnxruntime one step of $name', async ({ network, tuned }) => {
    const { spec, out, file } = await exported(network, 'onnx-denoiser', tuned);
    const obs = tf.randomNormal<tf.Rank.R3>([4, 2, 5], 0, 1, 'float32', 3);
    const x = tf.randomNormal<tf.Rank.R3>([4, 4, 3], 0, 1, 'float32', 4);
    const time = tf.tensor1d([0, 1, 2, 3], 'int32');
    const predict = (params: tf.NamedTensorMap) => denoiserOf(spec).apply(params, { state: obs })(x, time);
    // K′ = 2: times 0 and 1 are fine-tuned.
    const { actor, frozen = actor }: PolicyFile = file;
    const expected = tf.concat([predict(actor).slice(0, 2), predict(frozen).slice(2)]);
    expect(await run(out, { obs, x, time })).toBeAllclose(expected.dataSync(), { atol: 1e-5 });
  });

  it('writes weights that the import takes back, by the names of PyTorch', async () => {
    const { out, file } = await exported(undefined, 'safetensors', true);
    const names = Object.keys((await readTensors(out)).tensors);
    expect(names).toContain('actor.mlp_mean.layers.1.l2.weight');
    expect(names).toContain('actor_ft.mlp_mean.layers.1.l2.weight');
    const { actor, frozen } = await readReference(out);
    expect(Object.keys(frozen ?? {})).toEqual(Object.keys(actor));
    for (const [name, { values }] of Object.entries(actor))
      expect(file.actor[name].dataSync()).toEqual(values());
    for (const [name, { values }] of Object.entries(frozen ?? {})) {
      expect(file.frozen?.[name].dataSync()).toEqual(values());
    }
  });

  it('names the weights of a policy before fine-tuning as PyTorch does then', async () => {
    const { out } = await exported(undefined, 'safetensors', false);
    const { tensors } = await readTensors(out);
    expect(Object.keys(tensors).every((name) => name.startsWith('network.'))).toBe(true);
  });
});
