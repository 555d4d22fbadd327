import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeNormalization } from '@dppo/data';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { type FinetuneOptions, finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { layered } from '../options/option-layers.ts';

const quiet = (): void => {};
const newDir = (): string => mkdtempSync(join(tmpdir(), 'repeat-'));

const tiny = {
  jit: false,
  nEnvs: 2,
  workers: 1,
  steps: 3,
  ftDenoisingSteps: 2,
  iterations: 1,
  batchSize: 6,
  evalEpisodes: 2,
} as const;

/** A run of one iteration whose policy is gone; its folder. */
async function run(): Promise<string> {
  const { dir, policy } = await untrainedPolicy(smallHopper);
  const runDir = join(newDir(), 'run');
  await finetune(finetuneOptions.parse({ ...tiny, policy, runDir, backend: tf.getBackend() }), quiet);
  rmSync(dir, { recursive: true });
  return runDir;
}

/** The options that a command line leads to. */
function optionsOf(line: Partial<Parameters<typeof layered>[2]>): FinetuneOptions {
  return finetuneOptions.parse(layered('finetune', finetuneOptions.shape, { set: [], named: {}, ...line }));
}

/** Rows of metrics without what the clock says. */
function rows(dir: string): object[] {
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const ofTheClock = /^time\/(seconds|cpu_seconds|sampling|physics|update|fps)$/;
  return lines.map((line) => JSON.parse(line, (key, value) => (ofTheClock.test(key) ? 0 : value)));
}

const configOf = (dir: string): object => parse(readFileSync(join(dir, 'config.yaml'), 'utf8'));

it('is repeated number by number from its folder alone, wherever that lies', async () => {
  const first = await run();
  const moved = newDir();
  cpSync(first, moved, { recursive: true });
  expect(configOf(moved)).toMatchObject({
    policy: 'start.safetensors',
    denoisingSteps: 5,
    hidden: [8, 8, 8],
  });
  const runDir = join(newDir(), 'again');
  await finetune({ ...optionsOf({ config: join(moved, 'config.yaml') }), runDir }, quiet);
  expect(rows(runDir)).toEqual(rows(first));
  expect(configOf(runDir)).toEqual(configOf(first));
});

it('keeps the ranges that it was given', async () => {
  const file = join(newDir(), 'ranges.npz');
  await writeNormalization(file, {
    obsMin: Float32Array.of(0, 0, 0, 0),
    obsMax: Float32Array.of(1, 1, 1, 1),
    actionMin: Float32Array.of(-0.01, -0.01),
    actionMax: Float32Array.of(0.01, 0.01),
  });
  const runDir = join(newDir(), 'run');
  const scratch = { environment: 'avoid', hidden: [8, 8, 8], denoisingSteps: 2, maxEpisodeSteps: 8 };
  const options = { ...tiny, ...scratch, normalization: file, runDir, backend: tf.getBackend() };
  await finetune(finetuneOptions.parse(options), quiet);
  rmSync(file);
  const again = { ...optionsOf({ config: join(runDir, 'config.yaml') }), runDir: join(newDir(), 'again') };
  await finetune(again, quiet);
  expect(rows(again.runDir)).toEqual(rows(runDir));
});

it('goes on with a run of before, whose options name a policy that is elsewhere or gone', async () => {
  const dir = await run();
  rmSync(join(dir, 'start.safetensors'));
  const old = { ...configOf(dir), policy: '/gone/pretrained.safetensors' };
  writeFileSync(join(dir, 'config.yaml'), stringify(old));
  await finetune(optionsOf({ named: { resume: dir, iterations: '2' } }), quiet);
  expect(rows(dir).at(-1)).toMatchObject({ iteration: 2 });
  const again = { ...optionsOf({ config: join(dir, 'config.yaml') }), runDir: join(newDir(), 'again') };
  await finetune(again, quiet);
  expect(rows(again.runDir)[0]).toEqual(rows(dir)[0]);
});
