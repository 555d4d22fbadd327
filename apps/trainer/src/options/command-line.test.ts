import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { expect, it } from 'vitest';
import { z } from 'zod';

import { finetuneOptions } from '../commands/finetune.ts';
import { withOptions } from './command-line.ts';

const schema = z.strictObject({
  policy: z.string().describe('a file'),
  batchSize: z.number().int().min(1).default(8).describe('rows'),
  hidden: z.array(z.number()).default([4]).describe('sizes'),
  targetKl: z.number().optional().describe('a bound'),
});

/** What the command is given for a line. */
async function parsed(...words: string[]): Promise<unknown> {
  let result: unknown;
  const command = withOptions(new Command('try'), schema, (options) =>
    Promise.resolve(void (result = options)),
  );
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(words, { from: 'user' });
  return result;
}

it('reads numbers, lists and text, and fills in the defaults', async () => {
  expect(await parsed('--policy', '7', '--batch-size', '9')).toEqual({
    policy: '7',
    batchSize: 9,
    hidden: [4],
  });
  expect(await parsed('--policy', 'a', '--hidden', '[1, 2]')).toMatchObject({ hidden: [1, 2] });
});

it('takes named options before --set, --set before the file, the file before the preset, that before the defaults', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.json');
  await writeFile(config, '{ "$schema": "finetune.json", "steps": 1, "nEnvs": 2, "seed": 3 }');
  let result: z.output<typeof finetuneOptions> | undefined;
  const command = withOptions(new Command('finetune'), finetuneOptions, (options) =>
    Promise.resolve(void (result = options)),
  );
  const words = [
    '--n-envs',
    '6',
    '--config',
    config,
    '--set',
    'nEnvs=5',
    '--set',
    'seed=4',
    '--preset',
    'hopper-scratch',
  ];
  await command.parseAsync(words, { from: 'user' });
  expect(result).toMatchObject({
    nEnvs: 6,
    seed: 4,
    steps: 1,
    denoisingSteps: 10,
    saveEvery: 10,
    normAdv: true,
  });
});

/** Parses a line of finetune. */
function go(...words: string[]): Promise<unknown> {
  return withOptions(new Command('finetune'), finetuneOptions, () => Promise.resolve()).parseAsync(words, {
    from: 'user',
  });
}

it('refuses a --set that names nothing, a preset that is none, and other options for a run that goes on', async () => {
  await expect(parsed('--policy', 'a', '--set', 'batch=1')).rejects.toThrow(
    '--set batch=1: unknown option batch',
  );
  await expect(parsed('--policy', 'a', '--set', 'batchSize')).rejects.toThrow('expected name=value');
  await expect(go('--preset', 'hopper')).rejects.toThrow(
    '--preset: found hopper, expected one of avoid-m1-finetune',
  );
  await expect(go('--resume', 'run', '--actor-lr', '1')).rejects.toThrow(
    "--actor-lr: found with --resume, which takes the run's own options; only iterations, maxMinutes, workers, dashboard may change",
  );
  await expect(go('--resume', 'run', '--config', 'file')).rejects.toThrow('--config: found with --resume');
  await expect(go('--resume', 'run')).rejects.toThrow(`--resume ${join('run', 'config.yaml')}: no such file`);
});

it('takes the command line before the file, and the file before the defaults', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatchSize: 3\ntargetKl: 0.5\n');
  expect(await parsed('--config', config, '--batch-size', '2')).toEqual({
    policy: 'p',
    batchSize: 2,
    hidden: [4],
    targetKl: 0.5,
  });
});

it('names the option, what it found and what it expected', async () => {
  await expect(parsed()).rejects.toThrow('--policy is missing');
  await expect(parsed('--policy', 'a', '--batch-size', 'many')).rejects.toThrow(
    '--batch-size: found "many"; Invalid input: expected number, received string',
  );
  await expect(parsed('--policy', 'a', '--batch-size', '0')).rejects.toThrow(
    '--batch-size: found 0; Too small',
  );
  await expect(parsed('--policy', 'a', '--batch', '1')).rejects.toThrow("unknown option '--batch'");
  await expect(parsed('--config', 'none.yaml')).rejects.toThrow('--config none.yaml: no such file');
});

it('refuses an unknown option in a file', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatch: 3\n');
  await expect(parsed('--config', config)).rejects.toThrow('unknown option batch');
});
