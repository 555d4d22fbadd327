import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeDemonstrations } from '@dppo/data';
import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { pretrain } from '../pretrain/pretrain.ts';
import { checkPretrain } from '../pretrain/training-data.ts';
import { presetFile, presetsOf } from './presets.ts';

const quiet = (): void => {};
const read = (command: string, name: string): Record<string, unknown> =>
  parse(readFileSync(presetFile(command, name), 'utf8'));

// The fastest backend there is, as networks of full size ask for; then the one before.
beforeEach(() => {
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

/** Numbers observed and of an action, of tasks whose simulators are not here. */
const sizes: Readonly<Record<string, readonly [obsDim: number, actionDim: number]>> = {
  'robomimic-transport': [59, 14],
  kitchen: [60, 9],
  'furniture-one-leg-unet': [58, 10],
  'furniture-one-leg-mlp': [58, 10],
};

it('has a task of that size for each preset that names none', () => {
  const without = presetsOf('pretrain').filter((name) => !('environment' in read('pretrain', name)));
  expect(without.map((name) => name.replace('-pretrain', '')).toSorted()).toEqual(
    Object.keys(sizes).toSorted(),
  );
});

/** A module of an environment that observes its last action, and rewards a small one. */
function moduleOf(dir: string, obsDim: number, actionDim: number): string {
  const file = join(dir, 'task.mjs');
  const text = `export default () => ({
    obsShape: [${obsDim}],
    actionShape: [${actionDim}],
    reset: () => new Float32Array(${obsDim}),
    step: (action) => ({
      obs: Float32Array.from({ length: ${obsDim} }, (_, d) => action[d % ${actionDim}]),
      reward: 1 - Math.abs(action[0]),
      terminated: false,
      truncated: false,
    }),
  });`;
  writeFileSync(file, text);
  return file;
}

const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 2 * Math.sin(i * i));

it.each(Object.entries(sizes))(
  '%s pre-trains and fine-tunes a task of its size',
  async (task, [obsDim, actionDim]) => {
    const dir = mkdtempSync(join(tmpdir(), 'preset-'));
    const [data, policy, runDir] = ['train.npz', 'policy.safetensors', 'run'].map((name) => join(dir, name));
    const rows = 20;
    await writeDemonstrations(data, {
      states: numbers(rows * obsDim),
      actions: numbers(rows * actionDim),
      rewards: new Float32Array(rows),
      terminals: new Uint8Array(rows),
      trajLengths: Int32Array.of(rows),
      obsDim,
      actionDim,
    });
    const common = { jit: false };
    const preset = read('pretrain', `${task}-pretrain`);
    const checked = await checkPretrain(
      pretrainOptions.parse({
        ...preset,
        ...common,
        environment: moduleOf(dir, obsDim, actionDim),
        data,
        out: policy,
        runDir: join(dir, 'pretrain'),
        epochs: 1,
        lrWarmupSteps: 0,
        batchSize: 4,
      }),
    );
    const { epochs: _, batchSize: __, lrWarmupSteps: ___, ...kept } = preset;
    expect(checked.options).toMatchObject(kept);
    await pretrain(checked, quiet);

    const { options } = await settled(
      finetuneOptions.parse({
        ...read('finetune', `${task}-finetune`),
        ...common,
        policy,
        runDir,
        iterations: 1,
        nCriticWarmupItr: 0,
        nEnvs: 1,
        workers: 1,
        steps: 2,
        updateEpochs: 1,
        batchSize: 4,
        maxEpisodeSteps: 16,
        evalEpisodes: 1,
      }),
    );
    await finetune(options, quiet);
    const { spec, params, frozen } = await readPolicy(join(runDir, 'last.safetensors'));
    expect(spec.network).toEqual(checked.spec.network);
    const changed = Object.keys(params).filter((name) => frozen && !sameNumbers(params[name], frozen[name]));
    expect(changed.length).toBeGreaterThan(0);
  },
);

function sameNumbers(one: tf.Tensor, other: tf.Tensor): boolean {
  return one.equal(other).all().dataSync()[0] === 1;
}
