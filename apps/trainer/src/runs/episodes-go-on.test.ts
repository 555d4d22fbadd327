import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallRun } from '../../test/small-run.ts';
import { type FinetuneOptions, finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { readCheckpoint } from '../finetune/training-checkpoint.ts';
import { readMetrics } from './metrics-file.ts';

/** A slider whose place nobody can ask for. */
const slider = `export default () => {
  let [x, starts] = [0, 0];
  return {
    obsShape: [1],
    actionShape: [1],
    reset: (seed) => Float32Array.of((x = Math.sin((starts = (seed ?? starts + 1) % 1e6)))),
    step: ([push]) => ({ obs: Float32Array.of((x += 0.1 * push)), reward: -x * x, terminated: false, truncated: false }),
  };
};`;

const dir = mkdtempSync(join(tmpdir(), 'episodes-'));
const file = join(dir, 'slider.mjs');
writeFileSync(file, slider);

const optionsOf = (given: object): FinetuneOptions =>
  finetuneOptions.parse({ ...smallRun, saveEvery: 2, backend: tf.getBackend(), ...given });

/** What iterations learned, after which episodes. */
const learned = (run: string) =>
  readMetrics(join(run, 'metrics.jsonl'))
    .rows.filter((row) => 'train/value_loss' in row)
    .map((row) => [row['train/value_loss'], row['rollout/ep_rew_mean'], row['rollout/episodes']]);

/** All numbers of a run's checkpoint: weights, optimizers, environments. */
async function kept(run: string): Promise<[name: string, values: ArrayLike<number>][]> {
  const { tensors } = await readTensors(join(run, 'last.safetensors'));
  return Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()]);
}

it.each([
  ['hopper', 'at a checkpoint that was due', 2, 0],
  ['hopper', 'between two of them', 3, 0],
  // With this seed the block covers some of the goal where the run ends, which the next reward follows from.
  ['pusht', 'between two of them', 3, 2],
])(
  'a run of %s that ended %s goes on in the midst of its episodes as if it had never stopped',
  async (environment, _, end, seed) => {
    const [stopped, whole] = ['stopped', 'whole'].map((name) => join(dir, `${environment}-${name}-${end}`));
    await finetune(optionsOf({ environment, seed, runDir: stopped, iterations: end }), () => {});
    await finetune(optionsOf({ environment, seed, resume: stopped, iterations: 5 }), () => {});
    await finetune(optionsOf({ environment, seed, runDir: whole, iterations: 5 }), () => {});
    expect(learned(whole)).toHaveLength(5);
    expect(learned(stopped)).toEqual(learned(whole));
    const [one, other] = await Promise.all([stopped, whole].map(kept));
    expect(one).toEqual(other);
    // Episodes of four chunks, iterations of five: the sixth iteration begins in their midst.
    expect(one.find(([name]) => name === 'environments.firsts')?.[1]).toContain(0);
  },
);

it('a run whose environment cannot be saved says so, and goes on from a checkpoint that was due as if it had never stopped', async () => {
  const [stopped, whole] = [join(dir, 'stopped'), join(dir, 'whole')];
  const said: string[] = [];
  const given = { environment: file };
  await finetune(optionsOf({ ...given, runDir: stopped, iterations: 2 }), (line) => said.push(line));
  expect(said).toContain(
    `environment ${file} has no save and restore: all episodes begin anew after each checkpoint`,
  );
  expect((await readCheckpoint(join(stopped, 'last.safetensors'))).standing).toBeUndefined();
  await finetune(optionsOf({ ...given, resume: stopped, iterations: 4 }), () => {});
  await finetune(optionsOf({ ...given, runDir: whole, iterations: 4 }), () => {});
  expect(learned(whole)).toHaveLength(4);
  expect(learned(stopped)).toEqual(learned(whole));
});
