import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { Command } from 'commander';
import { expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { type FinetuneOptions, finetuneOptions } from '../finetune/finetune-options.ts';
import { withOptions } from './command-line.ts';

const schema = z.strictObject({
  policy: z.string().describe('a file'),
  batchSize: z.number().int().min(1).default(8).describe('rows'),
  hidden: z.array(z.number().int().min(1)).min(1).default([4]).describe('sizes'),
  logger: z.array(z.string()).optional().describe('who is told'),
  targetKl: z.number().optional().describe('a bound'),
  gamma: z.number().min(0).max(1).optional().describe('a discount'),
  lr: z.number().positive().optional().describe('a rate'),
  normAdv: z.boolean().optional().describe('whether'),
  backend: z.enum(['wasm', 'cpu']).optional().describe('what computes'),
  dashboard: z
    .union([z.boolean(), z.number().int().min(1024)])
    .optional()
    .describe('a port'),
});

/** Hands the options over as they are. */
function keeping<Options extends object>(found: (options: Options) => void) {
  return {
    check: (options: Options) => ({ options }),
    run: ({ options }: { readonly options: Options }) => Promise.resolve(found(options)),
  };
}

/** What the command is given for a line. */
async function parsed(...words: string[]): Promise<unknown> {
  let result: unknown;
  const command = withOptions(
    new Command('try'),
    schema,
    keeping((options) => (result = options)),
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

it('takes texts of a list one by one, at once, or none', async () => {
  const [one, other] = ['mlflow:http://127.0.0.1:5000#a', './mine.ts'];
  const logger = [one, other];
  expect(await parsed('--policy', 'a', '--logger', one, '--logger', other)).toMatchObject({ logger });
  expect(await parsed('--policy', 'a', '--logger', `${one},${other}`)).toMatchObject({ logger });
  expect(await parsed('--policy', 'a', '--logger', one)).toMatchObject({ logger: [one] });
  expect(await parsed('--policy', 'a', '--logger', '[]')).toMatchObject({ logger: [] });
});

it('takes named options before --set, --set before the file, the file before the preset, that before the defaults', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.json');
  await writeFile(config, '{ "$schema": "finetune.json", "steps": 1, "nEnvs": 2, "seed": 3 }');
  let result: FinetuneOptions | undefined;
  const command = withOptions(
    new Command('finetune'),
    finetuneOptions,
    keeping((options: FinetuneOptions) => (result = options)),
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
  return withOptions(
    new Command('finetune'),
    finetuneOptions,
    keeping(() => {}),
  ).parseAsync(words, {
    from: 'user',
  });
}

it('refuses a --set that names nothing, a preset that is none, and other options for a run that goes on', async () => {
  await expect(parsed('--policy', 'a', '--set', 'batch=1')).rejects.toThrow(
    '--set batch=1: unknown option batch',
  );
  for (const name of ['constructor', '__proto__', 'toString'])
    await expect(parsed('--policy', 'a', '--set', `${name}=1`)).rejects.toThrow(
      `--set ${name}=1: unknown option ${name}`,
    );
  await expect(parsed('--policy', 'a', '--set', 'batchSize')).rejects.toThrow('wanted name=value');
  await expect(go('--preset', 'hopper')).rejects.toThrow(
    '--preset: found hopper, wanted one of avoid-flow-finetune',
  );
  await expect(go('--resume', 'run', '--actor-lr', '1')).rejects.toThrow(
    "--actor-lr: found with --resume, which takes the run's own options; only iterations, maxMinutes, workers, envTimeout, dashboard, logger, cluster, credentials, ca, insecure, runName, clusterTimeout, verify, otherNumbers may change",
  );
  const file = join(await mkdtemp(join(tmpdir(), 'options-')), 'file.yaml');
  await writeFile(file, 'resume: run\nseed: 9\n');
  const run = join(dirname(file), 'run');
  await mkdir(run);
  await writeFile(join(run, 'config.yaml'), 'seed: 5\n');
  const refused = "--seed: found with --resume, which takes the run's own options";
  await expect(go('--config', file)).rejects.toThrow(refused);
  await expect(go('--config', file, '--set', `resume=${run}`)).rejects.toThrow(refused);
  await expect(go('--resume', run, '--set', 'seed=9')).rejects.toThrow(refused);
  await expect(go('--resume', 'run')).rejects.toThrow(
    '--resume run: no config.yaml in it, wanted the folder of a run',
  );
});

it('takes the command line before the file, and the file before the defaults', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatchSize: 3\ntargetKl: 0.5\n');
  expect(await parsed('--config', config, '--batch-size', '2')).toEqual({
    policy: join(dirname(config), 'p'),
    batchSize: 2,
    hidden: [4],
    targetKl: 0.5,
  });
});

it.each([
  ['--batch-size', 'many', '--batch-size: found "many", wanted a number'],
  ['--batch-size', '1.5', '--batch-size: found 1.5, wanted a whole number'],
  ['--batch-size', '0', '--batch-size: found 0, wanted at least 1'],
  ['--gamma', '2', '--gamma: found 2, wanted at most 1'],
  ['--lr', '0', '--lr: found 0, wanted more than 0'],
  ['--norm-adv', 'maybe', '--norm-adv: found "maybe", wanted true or false'],
  ['--backend', 'gpu', '--backend: found "gpu", wanted one of wasm, cpu'],
  ['--dashboard', 'here', '--dashboard: found "here", wanted true or false, or a number'],
  ['--dashboard', '80', '--dashboard: found 80, wanted at least 1024'],
  ['--hidden', '{ a: 1 }', '--hidden: found {"a":1}, wanted a list, such as 512,512'],
  ['--hidden', '8,x', '--hidden: found "8,x", wanted a list, such as 512,512'],
  ['--hidden', '[8, x]', '--hidden: found [8,"x"], wanted a list with a number at place 2'],
  ['--hidden', '[8, 0]', '--hidden: found [8,0], wanted a list with at least 1 at place 2'],
  ['--hidden', '[]', '--hidden: found [], wanted a list of at least 1'],
])('says of %s %s what was found and what was expected', async (...[option, value, sentence]) => {
  await expect(parsed('--policy', 'a', option, value)).rejects.toThrow(sentence);
});

it('says what an option that is missing is for, and which option or file is not there', async () => {
  await expect(parsed()).rejects.toThrow('--policy is missing: a file');
  await expect(parsed('--policy', 'a', '--batch', '1')).rejects.toThrow("unknown option '--batch'");
  await expect(parsed('--config', 'none.yaml')).rejects.toThrow('--config none.yaml: no such file');
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  await expect(parsed('--config', folder)).rejects.toThrow(`--config ${folder}: a folder, wanted a file`);
});

it('takes lists without their brackets', async () => {
  expect(await parsed('--policy', 'a', '--hidden', '32,32,32')).toMatchObject({ hidden: [32, 32, 32] });
  expect(await parsed('--policy', 'a', '--hidden', '32')).toMatchObject({ hidden: [32] });
});

/** What is said of a name of the reference. */
function ours(name: string, option: string): string {
  return `unknown option ${name}; the reference's ${name.replace('--', '')} is ${option} (docs/reference-map.md)`;
}

it("knows the reference's names of options, on the command line, in --set and in files", async () => {
  const said: string[] = [];
  const command = withOptions(
    new Command('finetune'),
    finetuneOptions,
    keeping(() => {}),
  );
  command.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  await expect(command.parseAsync(['--train.n_steps', '5'], { from: 'user' })).rejects.toThrow(
    'unknown option',
  );
  expect(said[0]).toContain(ours('--train.n_steps', '--steps here, steps in files'));
  const set = ['--set', 'ft_denoising_steps=5'];
  await expect(go(...set)).rejects.toThrow(
    ours('ft_denoising_steps', '--ft-denoising-steps here, ftDenoisingSteps in files'),
  );
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'gamma_denoising: 0.9\n');
  await expect(go('--config', config)).rejects.toThrow(
    ours('gamma_denoising', '--gamma-denoising here, gammaDenoising in files'),
  );
});

it('takes the files that a file of options names from its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  const config = join(folder, 'config.yaml');
  await writeFile(config, 'policy: start.safetensors\n');
  expect(await parsed('--config', config)).toMatchObject({ policy: join(folder, 'start.safetensors') });
  await writeFile(config, 'policy: /elsewhere/start.safetensors\n');
  expect(await parsed('--config', config)).toMatchObject({ policy: '/elsewhere/start.safetensors' });
  expect(await parsed('--config', config, '--policy', 'a')).toMatchObject({ policy: 'a' });
});

it('prints the options that would be run, with what the check decided, and runs nothing', async () => {
  const written: string[] = [];
  const print = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  const command = withOptions(new Command('try'), schema, {
    check: (options) => ({ options: { ...options, targetKl: 0.5, lr: undefined } }),
    run: () => Promise.reject(new Error('was run')),
  });
  try {
    await command.parseAsync(['--policy', 'a', '--print-config', '--batch-size', '9'], { from: 'user' });
  } finally {
    print.mockRestore();
  }
  expect(parse(written.join(''))).toEqual({
    policy: resolve('a'),
    batchSize: 9,
    hidden: [4],
    targetKl: 0.5,
  });
});

it('refuses an unknown option in a file', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatch: 3\n');
  await expect(parsed('--config', config)).rejects.toThrow('unknown option batch');
});

it.each([
  ['wandb', /^--logger: found \["wandb"\], wanted a list with mlflow:http:.* at place 1$/],
  [
    'a.ts,mlflow:h',
    /^--logger: found \["a.ts","mlflow:h"\], wanted a list with the address of a server.* at place 2$/,
  ],
  ['a.ts,./a.ts', /^--logger: found \["a.ts",".\/a.ts"\], wanted each once, .\/a.ts is there twice$/],
  [
    'mlflow:http://me:pass@h',
    /one without, MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD say them at place 1$/,
  ],
])('says what is wrong with --logger %s', async (text, sentence) => {
  const command = withOptions(
    new Command('finetune'),
    finetuneOptions,
    keeping(() => {}),
  ).exitOverride();
  await expect(command.parseAsync(['--logger', text], { from: 'user' })).rejects.toThrow(sentence);
});
