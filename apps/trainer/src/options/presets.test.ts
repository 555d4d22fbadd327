import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { finetuneOptions } from '../commands/finetune.ts';
import { pretrainOptions } from '../commands/pretrain.ts';
import { presetFile, presetList, presetsOf, presetText } from './presets.ts';

const read = (command: string, name: string): Record<string, unknown> =>
  parse(readFileSync(presetFile(command, name), 'utf8'));

it('has every file of the folder, each for one command', () => {
  const files = readdirSync(new URL('../../presets/', import.meta.url)).map((name) =>
    name.replace('.yaml', ''),
  );
  expect([...presetsOf('finetune'), ...presetsOf('pretrain')].toSorted()).toEqual(files.toSorted());
  expect(presetsOf('evaluate')).toEqual([]);
});

it('lists every preset under its command with what it is, and prints it', () => {
  const [finetune, pretrain] = presetList().split('\n\n');
  expect(finetune.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
    'dppo',
    ...presetsOf('finetune'),
  ]);
  expect(pretrain).toMatch(/^dppo pretrain --preset\n/);
  expect(pretrain).toMatch(/^ {2}hopper-pretrain {7}The reference's cfg\/gym\/pretrain\S+ \(v0\.8\.0\)\.$/m);
  expect(parse(presetText('hopper-pretrain'))).toEqual(read('pretrain', 'hopper-pretrain'));
  expect(() => presetText('hopper')).toThrow('presets: found hopper, wanted one of avoid-m1-finetune');
});

it('names those that there are', () => {
  expect(() => presetFile('pretrain', 'hopper')).toThrow(
    'avoid-m1-pretrain, avoid-m2-pretrain, avoid-m3-pretrain, halfcheetah-pretrain, hopper-pretrain, walker2d-pretrain',
  );
});

describe.each(presetsOf('finetune'))('%s', (name) => {
  it('is made of options that finetune takes, and says all that depends on the task', () => {
    const preset = read('finetune', name);
    const parsed = finetuneOptions.parse(preset);
    expect(parsed).toMatchObject(preset);
    const { steps, nEnvs, ftDenoisingSteps = 0, batchSize } = parsed;
    // Whole minibatches: the rest of a rollout would go unused.
    expect((steps * nEnvs * ftDenoisingSteps) % batchSize).toBe(0);
  });
});

describe.each(presetsOf('pretrain'))('%s', (name) => {
  it('is made of options that pretrain takes', () => {
    const preset = read('pretrain', name);
    const files = { data: 'a', normalization: 'b', out: 'c' };
    expect(pretrainOptions.parse({ ...preset, ...files })).toMatchObject(preset);
  });
});

it('trains all denoising steps from scratch, and goes on from what pretrain makes', () => {
  const scratch = finetuneOptions.parse(read('finetune', 'hopper-scratch'));
  expect(scratch.ftDenoisingSteps).toBe(scratch.denoisingSteps);
  for (const name of presetsOf('pretrain')) {
    const { environment, denoisingSteps, horizonSteps, condSteps, timeDim, hidden } = read('pretrain', name);
    const shape = { environment, denoisingSteps, horizonSteps, condSteps, timeDim, hidden };
    expect(read('finetune', name.replace('-pretrain', '-finetune'))).toMatchObject(shape);
  }
});
