import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import { readDemonstrations, writeDemonstrations, writeNormalization } from '@dppo/data';
import { loadPolicy, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { check as checkCollect } from '../commands/collect.ts';
import { check as checkEvaluate } from '../commands/evaluate.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { render } from '../pictures/render.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { collect } from '../pretrain/collect.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { pretrain } from '../pretrain/pretrain.ts';
import { checkPretrain } from '../pretrain/training-data.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import type { NetworkOptions } from './network-options.ts';

const quiet = (): void => {};
const newDir = (): string => mkdtempSync(join(tmpdir(), 'every-network-'));

/** Ranges of avoid, and demonstrations that act the same at all times: half of the range. */
async function data(dir: string): Promise<{ data: string; normalization: string }> {
  const files = { data: join(dir, 'train.npz'), normalization: join(dir, 'normalization.npz') };
  const rows = 40;
  await writeDemonstrations(files.data, {
    obsDim: 4,
    actionDim: 2,
    states: Float32Array.from({ length: 4 * rows }, (_, i) => Math.sin(i)),
    actions: new Float32Array(2 * rows).fill(0.5),
    rewards: new Float32Array(rows),
    terminals: new Uint8Array(rows),
    trajLengths: Int32Array.of(rows),
  });
  await writeNormalization(files.normalization, {
    obsMin: Float32Array.of(0.2, -0.3, 0.2, -0.3),
    obsMax: Float32Array.of(0.8, 0.5, 0.8, 0.5),
    actionMin: Float32Array.of(-0.01, -0.01),
    actionMax: Float32Array.of(0.01, 0.01),
  });
  return files;
}

const avoid = { environment: 'avoid', maxEpisodeSteps: 8, actSteps: 1, jit: false } as const;

const plain: NetworkOptions = {
  hidden: [9, 6],
  residual: false,
  layerNorm: true,
  condHidden: [5],
  activation: 'gelu',
  outActivation: 'tanh',
};
const unet: NetworkOptions = {
  network: 'unet',
  unetDim: 4,
  dimMults: [1, 2],
  kernelSize: 3,
  normGroups: 2,
  groupNormEpsilon: 1e-3,
  conditioning: 'film',
  encoderLayers: 3,
  condHidden: [6, 5],
  activation: 'relu',
};
const clean = { predictEpsilon: false, denoisedClipValue: null, finalActionClipValue: 1 };

const critic = {
  criticHidden: [7, 5],
  criticResidual: false,
  criticActivation: 'tanh',
  criticLayerNorm: true,
} as const;

const tuning = {
  ...critic,
  nEnvs: 2,
  workers: 1,
  steps: 5,
  batchSize: 10,
  evalEpisodes: 2,
  saveEvery: 1,
  ftDenoisingSteps: 2,
  jit: false,
} as const;

/** Fine-tunes as the command does. */
async function tuned(given: object): Promise<void> {
  const options = finetuneOptions.parse({ backend: tf.getBackend(), ...given });
  await finetune((await settled(options)).options, quiet);
}

const configIn = (dir: string): Record<string, unknown> =>
  parse(readFileSync(join(dir, 'config.yaml'), 'utf8'));

it.each([
  ['an MLP of plain layers that tells the clean action', { ...plain, ...clean }],
  ['a U-Net', unet],
])('goes the whole way of a policy, and on after its end: %s', async (_, network) => {
  const dir = newDir();
  const file = (name: string): string => join(dir, name);
  const policy = file('policy.safetensors');
  const backend = tf.getBackend();
  const given = { ...avoid, ...network, ...(await data(dir)), backend, denoisingSteps: 3, epochs: 1 };
  const checked = await checkPretrain(
    pretrainOptions.parse({ ...given, out: policy, runDir: file('pretrain') }),
  );
  await pretrain(checked, quiet);
  expect(configIn(file('pretrain'))).toMatchObject(network);
  // The options that were resolved go on with it.
  const again = { ...configIn(file('pretrain')), backend, resume: file('pretrain'), epochs: 1 };
  const finished = await checkPretrain(pretrainOptions.parse(again));
  expect(finished.spec).toEqual(checked.spec);
  await pretrain(finished, quiet);

  const runs = [file('whole'), file('stopped')];
  for (const [runDir, iterations] of [
    [runs[0], 2],
    [runs[1], 1],
  ] as const)
    await tuned({ ...tuning, policy, runDir, iterations });
  const config = configIn(runs[1]);
  expect(config).toMatchObject({ ...network, ...critic });
  await tuned({ ...config, backend, policy: undefined, resume: runs[1], iterations: 2 });
  const [whole, stopped] = await Promise.all(
    runs.map(async (run) => (await readTensors(join(run, 'last.safetensors'))).tensors),
  );
  expect(whole['critic.Q1.moduleList.1.norm_1.weight'].shape).toEqual([5]);
  expect(Object.keys(stopped)).toEqual(Object.keys(whole));
  for (const [name, tensor] of Object.entries(whole))
    expect(stopped[name].dataSync(), name).toEqual(tensor.dataSync());

  const last = join(runs[0], 'last.safetensors');
  expect((await readPolicy(last)).spec.network).toEqual(checked.spec.network);
  const evaluation = evaluateOptions.parse({ policy: last, backend, episodes: 2, workers: 1 });
  const said: string[] = [];
  await evaluate((await checkEvaluate(evaluation)).options, (line) => said.push(line));
  expect(said.at(-1)).toContain('2 episodes');
  const film = file('film.gif');
  await render(renderOptions.parse({ policy: last, out: film, backend, maxSteps: 2 }), quiet);
  expect(existsSync(film)).toBe(true);
  const recording = collectOptions.parse({
    policy: last,
    outDir: file('data'),
    nEnvs: 2,
    envSteps: 16,
    backend,
  });
  await collect((await checkCollect(recording)).options, quiet);
  expect(await readDemonstrations(file('data/train.npz'))).toMatchObject({ obsDim: 4, actionDim: 2 });
});

it.each([
  ['tells the clean action', clean],
  ['tells the noise', {}],
])('learns to act as demonstrated by a network that %s', async (_, told) => {
  const dir = newDir();
  const policy = join(dir, 'policy.safetensors');
  const options = {
    ...avoid,
    ...told,
    ...(await data(dir)),
    backend: tf.getBackend(),
    out: policy,
    runDir: join(dir, 'run'),
    denoisingSteps: 5,
    hidden: [32, 32, 32],
    epochs: 200,
    batchSize: 10,
    lr: 1e-2,
    epochStartEma: 1000,
    updateEmaFreq: 1,
  };
  await pretrain(await checkPretrain(pretrainOptions.parse(options)), quiet);
  const loaded = await loadPolicy(policy);
  // Half of ±0.01, within a tenth of it.
  for (const number of loaded.act([0.5, 0.1, 0.5, 0.1])) expect(Math.abs(number - 0.005)).toBeLessThan(1e-3);
});
