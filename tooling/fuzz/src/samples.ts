import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { writeDemonstrations, writeNormalization } from '@dppo/data';

import { type Container, safetensors, whole, zipped } from './containers.ts';
import type { Reader } from './readers.ts';

/** A file that is as it should be. */
export interface Sample {
  /** How it is called where it lies in a folder of its own. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly container: Container;
  readonly readers: readonly Reader[];
}

const root = new URL('../../../', import.meta.url);
const fixture = (path: string): Buffer => readFileSync(new URL(path, root));

const config = `environment: hopper
seed: 3
hidden: [512, 512, 512]
denoisingSteps: 20
nested: { list: &list [1, 2, 3], again: *list }
`;

const history = `- began: 2026-11-28T10:00:00.000Z
  machine: { processor: one, cores: 2, system: linux x64, node: v22.1.0, backend: cpu }
  end: { state: finished, why: 100 iterations, at: 2026-11-28T11:00:00.000Z }
`;

const metrics = Array.from(
  { length: 5 },
  (_, iteration) =>
    `{"iteration":${iteration},"time/env_steps":${iteration * 2000},"eval/mean_reward":${iteration / 3},"train/kl":0.001}\n`,
).join('');

/** A small file of every kind; `folder` takes those that have to be written first. */
export async function samples(folder: string): Promise<Sample[]> {
  mkdirSync(folder, { recursive: true });
  const [demonstrations, normalization] = ['train.npz', 'normalization.npz'].map((name) =>
    join(folder, name),
  );
  await writeDemonstrations(demonstrations, {
    obsDim: 3,
    actionDim: 2,
    states: Float32Array.from({ length: 30 }, (_, i) => i / 30),
    actions: Float32Array.from({ length: 20 }, (_, i) => i / 20),
    rewards: new Float32Array(10),
    terminals: new Uint8Array(10),
    trajLengths: Int32Array.of(4, 6),
  });
  await writeNormalization(normalization, {
    obsMin: Float32Array.of(-1, -2, -3),
    obsMax: Float32Array.of(1, 2, 3),
    actionMin: Float32Array.of(-1, -1),
    actionMax: Float32Array.of(1, 1),
  });
  const policies: Pick<Sample, 'container' | 'readers'> = {
    container: safetensors,
    readers: ['tensors', 'head', 'policy'],
  };
  const torch: Pick<Sample, 'container' | 'readers'> = { container: zipped, readers: ['torch', 'reference'] };
  return [
    {
      ...policies,
      file: 'pretrained.safetensors',
      bytes: fixture('packages/policy/test/pretrained.safetensors'),
    },
    {
      ...policies,
      file: 'gaussian.safetensors',
      bytes: fixture('packages/policy/test/gaussian.safetensors'),
    },
    {
      file: 'last.safetensors',
      bytes: gunzipSync(fixture('apps/trainer/test/old-run/last.safetensors.gz')),
      container: safetensors,
      readers: ['checkpoint', 'policy'],
    },
    { ...torch, file: 'values.pt', bytes: fixture('packages/checkpoint/test/values.pt') },
    { ...torch, file: 'fine-tuned.pt', bytes: fixture('packages/checkpoint/test/fine-tuned.pt') },
    {
      file: 'epoch.ckpt',
      bytes: gunzipSync(fixture('apps/trainer/test/others/diffusion-policy.ckpt.gz')),
      container: zipped,
      readers: ['objects', 'diffusionPolicy'],
    },
    ...['config.json', 'policy_preprocessor.json', 'model.safetensors'].map((file): Sample => ({
      file,
      bytes: gunzipSync(fixture(`apps/trainer/test/others/lerobot.${file}.gz`)),
      container: file.endsWith('.json') ? whole : safetensors,
      readers: ['lerobot'],
    })),
    {
      file: 'train.npz',
      bytes: readFileSync(demonstrations),
      container: zipped,
      readers: ['npz', 'demonstrations'],
    },
    {
      file: 'train.pkl',
      bytes: fixture('packages/data/test/numpy2-protocol4.pkl'),
      container: whole,
      readers: ['demonstrations'],
    },
    {
      file: 'old.pkl',
      bytes: fixture('packages/data/test/numpy1-protocol2.pkl'),
      container: whole,
      readers: ['demonstrations'],
    },
    {
      file: 'normalization.npz',
      bytes: readFileSync(normalization),
      container: zipped,
      readers: ['normalization'],
    },
    { file: 'config.yaml', bytes: Buffer.from(config), container: whole, readers: ['config'] },
    { file: 'history.yaml', bytes: Buffer.from(history), container: whole, readers: ['history'] },
    { file: 'metrics.jsonl', bytes: Buffer.from(metrics), container: whole, readers: ['metrics'] },
  ];
}
