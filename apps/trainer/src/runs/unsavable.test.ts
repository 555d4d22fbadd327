import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

const dir = mkdtempSync(join(tmpdir(), 'unsavable-'));
const file = join(dir, 'slider.mjs');
writeFileSync(file, slider);

const optionsOf = (given: object): FinetuneOptions =>
  finetuneOptions.parse({ ...smallRun, environment: file, saveEvery: 2, backend: tf.getBackend(), ...given });

/** What iterations learned, after which episodes. */
const learned = (run: string) =>
  readMetrics(join(run, 'metrics.jsonl'))
    .rows.filter((row) => 'train/value_loss' in row)
    .map((row) => [row['train/value_loss'], row['rollout/ep_rew_mean'], row['rollout/episodes']]);

it('a run whose environment cannot be saved says so, and goes on from a checkpoint that was due as if it had never stopped', async () => {
  const [stopped, whole] = [join(dir, 'stopped'), join(dir, 'whole')];
  const said: string[] = [];
  await finetune(optionsOf({ runDir: stopped, iterations: 2 }), (line) => said.push(line));
  expect(said).toContain(
    `environment ${file} has no save and restore: all episodes begin anew after each checkpoint`,
  );
  expect((await readCheckpoint(join(stopped, 'last.safetensors'))).standing).toBeUndefined();
  await finetune(optionsOf({ resume: stopped, iterations: 4 }), () => {});
  await finetune(optionsOf({ runDir: whole, iterations: 4 }), () => {});
  expect(learned(whole)).toHaveLength(4);
  expect(learned(stopped)).toEqual(learned(whole));
});
