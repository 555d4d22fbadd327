import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { startSettled } from '../finetune/start-settled.ts';
import { networkNames } from '../policy/network-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { readLine } from './command-line.ts';
import type { Line } from './option-layers.ts';
import { presetFile, presetList, presetsOf, presetText } from './presets.ts';

const read = (command: string, name: string): Record<string, unknown> =>
  parse(readFileSync(presetFile(command, name), 'utf8'));

it('has every file of the folder, each for one command', () => {
  const files = readdirSync(new URL('../../presets/', import.meta.url));
  const found = ['finetune', 'pretrain', 'start'].flatMap((command) =>
    presetsOf(command).map((name) => basename(presetFile(command, name))),
  );
  expect(found.toSorted()).toEqual(files.toSorted());
  expect(presetsOf('evaluate')).toEqual([]);
});

it('lists every preset under its command with what it is, and prints it', () => {
  const [finetune, pretrain, start] = presetList().split('\n\n');
  expect(finetune.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
    'dppo',
    ...presetsOf('finetune'),
  ]);
  expect(pretrain).toMatch(/^dppo pretrain --preset\n/);
  expect(pretrain).toMatch(/^ {2}hopper-pretrain {3,}The reference's cfg\/gym\/pretrain\S+ \(v0\.8\.0\)\.$/m);
  expect(start).toMatch(
    /^dppo start --task\n {2}hopper {3,}Hopper: the flow .*\n {2}square {3,}A nut onto a peg/,
  );
  expect(parse(presetText('hopper-pretrain'))).toEqual(read('pretrain', 'hopper-pretrain'));
  expect(parse(presetText('square'))).toEqual(read('start', 'square'));
  expect(() => presetText('walker')).toThrow('presets: found walker, wanted one of avoid-flow-finetune');
});

it('names those that there are', () => {
  expect(() => presetFile('pretrain', 'hopper')).toThrow(
    `--preset: found hopper, wanted one of ${presetsOf('pretrain').join(', ')}`,
  );
  expect(() => presetFile('start', 'ant')).toThrow('--task: found ant, wanted one of hopper, square');
});

/** Options of the preset for Hopper that another one does not have; bounds of ln p are ReinFlow's alone. */
function missing(command: string, name: string): string[] {
  const preset = read(command, name);
  if (name.includes('-flow-'))
    return Object.keys(read(command, `hopper-flow-${command}`)).filter(
      (option) => !(option in preset || ['minLogProb', 'maxLogProb'].includes(option)),
    );
  // A task whose simulator is not here is a module of the user's.
  const own = /^(kitchen|furniture)-/.test(name) ? ['environment'] : [];
  const ofMlp = preset.network === 'unet' ? ['hidden', 'activation'] : [];
  const ofSteps =
    preset.ftDenoisingSteps === 1 ? ['gammaDenoising', 'clipPlossCoefBase', 'clipPlossCoefRate'] : [];
  const without = (option: string): boolean =>
    option in preset || [...own, ...ofMlp, ...ofSteps].includes(option);
  return Object.keys(read(command, `hopper-${command}`)).filter((option) => !without(option));
}

describe.each(presetsOf('finetune'))('%s', (name) => {
  it('is made of options that finetune takes, and says all that depends on the task', () => {
    const preset = read('finetune', name);
    const parsed = finetuneOptions.parse(preset);
    expect(parsed).toMatchObject(preset);
    expect(missing('finetune', name)).toEqual([]);
    const { steps, nEnvs, ftDenoisingSteps = 1 } = parsed;
    // Whole minibatches: the rest of a rollout would go unused, as in the reference's file for the U-Net.
    const rest = (steps * nEnvs * ftDenoisingSteps) % Number(preset.batchSize);
    expect(rest).toBe(name === 'furniture-one-leg-unet-finetune' ? 20_000 : 0);
  });
});

describe.each(presetsOf('pretrain'))('%s', (name) => {
  it('is made of options that pretrain takes, and says all that depends on the task', () => {
    const preset = read('pretrain', name);
    const files = { data: 'a', normalization: 'b', out: 'c' };
    expect(pretrainOptions.parse({ ...preset, ...files })).toMatchObject(preset);
    expect(missing('pretrain', name)).toEqual([]);
  });
});

/** The options that `dppo start` runs with what stands on its command line. */
async function startedBy(line: Partial<Line>) {
  return (await startSettled(readLine('start', startOptions, { set: [], named: {}, ...line }).options))
    .options;
}

it.each(presetsOf('start'))(
  'begins with the policy of %s that comes with dppo, and what else is given counts',
  async (task) => {
    const options = await startedBy({ preset: task, named: { steps: '50' } });
    expect(options).toMatchObject({ environment: task, steps: 50 });
    expect(options.policy).toMatch(new RegExp(`/data/${task}/\\w+\\.safetensors$`));
  },
);

it('fine-tunes Hopper by itself, and Square as its preset says', async () => {
  expect(await startedBy({})).toEqual(await startedBy({ preset: 'hopper' }));
  const { evalEvery: _, ...square } = read('finetune', 'square-finetune');
  expect(await startedBy({ preset: 'square' })).toMatchObject({ ...square, maxMinutes: 15 });
});

it('trains all denoising steps from scratch, and goes on from what pretrain makes', () => {
  const scratch = finetuneOptions.parse(read('finetune', 'hopper-scratch'));
  expect(scratch.ftDenoisingSteps).toBe(scratch.denoisingSteps);
  for (const name of presetsOf('pretrain')) {
    const shape = ['environment', 'denoisingSteps', 'horizonSteps', 'actSteps', 'condSteps', ...networkNames];
    const [before, after] = [
      read('pretrain', name),
      read('finetune', name.replace('-pretrain', '-finetune')),
    ];
    for (const option of shape) expect(after[option], `${name}: ${option}`).toEqual(before[option]);
  }
});
