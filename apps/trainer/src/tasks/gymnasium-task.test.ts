import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { gymnasium } from '@dppo/gymnasium';
import { readPolicy } from '@dppo/policy';
import { pythonWith } from '@dppo/testing/python';
import * as tf from '@tensorflow/tfjs';
import { GifReader } from 'omggif';
import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { render } from '../pictures/render.ts';
import { readMetrics } from '../runs/metrics-file.ts';
import { gymnasiumTask } from './gymnasium-task.ts';

process.env['DPPO_PYTHON'] = pythonWith(new URL('../../../../packages/gymnasium/test/', import.meta.url));
process.env['PYTHONPATH'] = fileURLToPath(new URL('../../../../packages/gymnasium/test', import.meta.url));

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
    maxEpisodeSteps: 16,
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

it('is what the guide says it is, registered by a module of its own', async () => {
  const folder = new URL('../../../../', import.meta.url);
  const guide = readFileSync(new URL('docs/guides/your-environment.md', folder), 'utf8');
  const [, module] = /```py\n([^]*?)```/.exec(guide) ?? [];
  const dir = mkdtempSync(join(tmpdir(), 'gymnasium-'));
  writeFileSync(join(dir, 'my_module.py'), module);
  process.env['PYTHONPATH'] += `:${dir}`;
  const { bounds, ...task } = await gymnasiumTask('my_module:Cart-v0');
  expect(task).toMatchObject({ obsDim: 2, actionDim: 1 });
  expect(bounds).toEqual({ obsMin: [-10, -10], obsMax: [10, 10], actionMin: [-1], actionMax: [1] });
  const python = process.env['DPPO_PYTHON'] ?? '';
  const [here, there] = await Promise.all(
    [1, 2].map(() => gymnasium('my_module:Cart-v0', { count: 1, python })),
  );
  await here.reset(1);
  await there.restore?.((await here.save?.()) ?? []);
  const push = Float32Array.of(1);
  expect([...(await there.step(push)).obs]).toEqual([...(await here.step(push)).obs]);
  await Promise.all([here.close(), there.close()]);
});

it('is trained on from scratch, kept in the policy by its name, and gone on with in the midst of its episodes', async () => {
  const { options } = await settled(small());
  const { runDir } = options;
  if (runDir === undefined) throw new Error('without a folder');
  await finetune(options, () => {});
  const { spec } = await readPolicy(join(runDir, 'policy-2.safetensors'));
  expect(spec.task).toEqual({ kind: 'gymnasium', id: 'Pendulum-v1', actSteps: 4, maxEpisodeSteps: 16 });
  expect(existsSync(join(runDir, 'report.html'))).toBe(true);
  const said: string[] = [];
  await finetune({ ...options, resume: runDir, iterations: 3 }, (line) => said.push(line));
  expect(said.filter((line) => line.includes('begin anew'))).toEqual([]);
  const whole = `${runDir}-whole`;
  await finetune({ ...options, runDir: whole, iterations: 3 }, () => {});
  const [third, expected] = [runDir, whole].map((dir) => {
    const { rows } = readMetrics(join(dir, 'metrics.jsonl'));
    expect(rows.at(-1)).toMatchObject({ iteration: 3, 'report/mean_ep_length': 16 });
    return rows.find((row) => row.iteration === 3 && 'train/value_loss' in row);
  });
  expect(third?.['train/value_loss']).toBe(expected?.['train/value_loss']);
});

it('is filmed as it draws itself, each step of an episode, by the name of the module that registers it', async () => {
  const size = { obsDim: 2, actionDim: 1 };
  const { dir, policy } = await untrainedPolicy({
    ...smallHopper,
    network: { ...smallHopper.network, ...size },
    bounds: { obsMin: [-1, -1], obsMax: [1, 1], actionMin: [-1], actionMax: [1] },
    task: { kind: 'gymnasium', id: 'odd_envs:Count-v0', actSteps: 4, maxEpisodeSteps: 20 },
  });
  const out = join(dir, 'film.gif');
  const given = { policy, out, backend: tf.getBackend(), maxSteps: 2, width: 4, height: 4 };
  await render(renderOptions.parse(given), () => {});
  const reader = new GifReader(readFileSync(out));
  expect([reader.numFrames(), reader.width, reader.height]).toEqual([3, 4, 2]);
  // Red from the left, half a pixel of four for each step.
  const red = Array.from({ length: 3 }, (_, i) => {
    const pixels = new Uint8Array(4 * 4 * 2);
    reader.decodeAndBlitFrameRGBA(i, pixels);
    return [0, 1, 2, 3].map((x) => pixels[4 * x]);
  });
  expect(red).toEqual([
    [0, 0, 0, 0],
    [128, 0, 0, 0],
    [255, 0, 0, 0],
  ]);
});

it('refuses to end with a success, which Gymnasium does not say', async () => {
  await expect(settled({ ...small(), endAtSuccess: true })).rejects.toThrow(
    '--end-at-success: found with gym:Pendulum-v1, wanted an environment whose steps say success',
  );
});

it('refuses a name that Gymnasium does not know', async () => {
  await expect(settled({ ...small(), environment: 'gym:Nothing-v0' })).rejects.toThrow('NameNotFound');
});
