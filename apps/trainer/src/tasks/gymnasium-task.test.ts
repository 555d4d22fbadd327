import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readPolicy } from '@dppo/policy';
import { pythonWith } from '@dppo/testing/python';
import { expect, it } from 'vitest';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { readMetrics } from '../runs/metrics-file.ts';
import { gymnasiumTask } from './gymnasium-task.ts';

process.env['DPPO_PYTHON'] = pythonWith(new URL('../../../../packages/gymnasium/test/', import.meta.url));

/** A moment's training from scratch in a new folder. */
const small = () =>
  finetuneOptions.parse({
    environment: 'gym:Pendulum-v1',
    runDir: join(mkdtempSync(join(tmpdir(), 'gymnasium-')), 'run'),
    backend: 'cpu',
    jit: false,
    denoisingSteps: 3,
    ftDenoisingSteps: 3,
    hidden: [8, 8, 8],
    nEnvs: 2,
    workers: 1,
    steps: 3,
    maxEpisodeSteps: 8,
    iterations: 2,
    batchSize: 9,
    evalEpisodes: 2,
    evalEvery: 2,
  });

it('has the sizes and ranges that the environment says', async () => {
  const { bounds, ...task } = await gymnasiumTask('Pendulum-v1');
  expect(task).toMatchObject({ obsDim: 3, actionDim: 1 });
  expect(bounds).toEqual({ obsMin: [-1, -1, -8], obsMax: [1, 1, 8], actionMin: [-2], actionMax: [2] });
  // Positions and velocities without bounds, motors with.
  const { bounds: hopper } = await gymnasiumTask('Hopper-v5');
  expect([hopper.obsMin[0], hopper.obsMax[0], hopper.actionMin]).toEqual([-1, 1, [-1, -1, -1]]);
});

it('is trained on from scratch, kept in the policy by its name, and gone on with', async () => {
  const { options } = await settled(small());
  const { runDir } = options;
  if (runDir === undefined) throw new Error('without a folder');
  await finetune(options, () => {});
  const { spec } = await readPolicy(join(runDir, 'policy-2.safetensors'));
  expect(spec.task).toEqual({ kind: 'gymnasium', id: 'Pendulum-v1', actSteps: 4, maxEpisodeSteps: 8 });
  expect(existsSync(join(runDir, 'report.html'))).toBe(true);
  const said: string[] = [];
  await finetune({ ...options, resume: runDir, iterations: 3 }, (line) => said.push(line));
  const { rows } = readMetrics(join(runDir, 'metrics.jsonl'));
  expect(rows.at(-1)).toMatchObject({ iteration: 3, 'report/mean_ep_length': 8 });
});

it('refuses a name that Gymnasium does not know', async () => {
  await expect(settled({ ...small(), environment: 'gym:Nothing-v0' })).rejects.toThrow('NameNotFound');
});
