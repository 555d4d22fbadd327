import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { smallRun } from '../../test/small-run.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { type CheckedSweep, checkSweep } from './check-sweep.ts';
import { sweepOptions } from './sweep-options.ts';

const options = { ...smallRun, backend: 'cpu', saveEvery: 2, iterations: 4 };

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sweep-'));
});

/** What `dppo sweep FILE …` would compute, for the file of a sweep. */
async function sweep(given: object, ...words: string[]): Promise<CheckedSweep> {
  const file = join(dir, 'sweep.yaml');
  writeFileSync(file, stringify({ options, ...given }));
  const found: CheckedSweep[] = [];
  const work = {
    check: checkSweep,
    run: (checked: CheckedSweep) => Promise.resolve(void found.push(checked)),
  };
  const command = fileArgument(withOptions(new Command('sweep'), sweepOptions, work), 'config');
  await command.exitOverride().parseAsync([file, '--quiet', ...words], { from: 'user' });
  return found[0];
}

const guide = readFileSync(new URL('../../../../docs/guides/sweeps.md', import.meta.url), 'utf8');

it.each(Array.from(guide.matchAll(/^```yaml\n(.*?)^```/gms), ([, text]) => [text]))(
  'takes the file of the guide: %s',
  async (text) => {
    const policy = new URL('../../data/hopper/pretrained.safetensors', import.meta.url);
    copyFileSync(policy, join(dir, 'pretrained.safetensors'));
    const { plan } = await sweep(parse(text));
    expect(plan.configurations.length).toBeGreaterThan(2);
  },
);

it('plans each configuration, with the files that it names by their whole paths', async () => {
  const policies = ['one.safetensors', 'other.safetensors'];
  await expect(sweep({ grid: { policy: policies } })).rejects.toThrow(
    `configuration 1 (policy ${join(dir, policies[0])}): `,
  );
  const { plan } = await sweep({ grid: { gamma: [0.9, 0.99] }, halving: { first: 10 } });
  expect(plan.configurations.map(({ point }) => point)).toEqual([{ gamma: 0.9 }, { gamma: 0.99 }]);
  // An iteration has 2 · 5 · 4 env steps; every second one evaluates and saves.
  expect(plan.stages).toEqual([
    [2, 2],
    [4, 4],
  ]);
});

it('varies presets too, with options over them', async () => {
  const { plan } = await sweep({
    options: { iterations: 2, evalEvery: 1 },
    grid: { preset: ['hopper-scratch', 'walker2d-scratch'] },
  });
  expect(plan.configurations.map(({ line }) => line.preset)).toEqual(['hopper-scratch', 'walker2d-scratch']);
  expect(plan.stages).toEqual([[2, 2]]);
});

it.each([
  [{ grid: { actorLR: [1] } }, '--grid: unknown option actorLR, wanted those of dppo finetune'],
  [
    { options: { n_steps: 1 } },
    "--options: unknown option n_steps; the reference's n_steps is --steps here, steps in files (docs/reference-map.md), wanted",
  ],
  [{ list: [{}, { seed: 1 }] }, '--list: found seed, wanted seeds beside list'],
  [
    { random: { samples: 2, options: { runDir: ['a'] } } },
    '--random: found runDir, which the sweep decides for each of its jobs',
  ],
  [{ grid: { gamma: [0.9, 2] } }, 'configuration 2 (gamma 2): --gamma: found 2, wanted at most 1'],
  [
    { list: [{ actSteps: 9 }] },
    'configuration 1 (actSteps 9): --act-steps: found 9, wanted at most 4, what the policy predicts',
  ],
  [{ options: { ...options, gamma: 2 } }, 'configuration 1: --gamma: found 2, wanted at most 1'],
  [{ jobs: 0 }, '--jobs: found 0, wanted at least 1'],
  [{ seeds: [] }, '--seeds: found [], wanted a list of at least 1'],
  [{ seeds: [3, 4, 3] }, '--seeds: found 3 twice, wanted each once'],
  [{ grid: {} }, '--grid: found {}, wanted a list of values by option'],
  [{ grid: { gamma: [] } }, '--grid: found {"gamma":[]}, wanted a list of at least 1 as gamma'],
  [{ grid: [] }, '--grid: found [], wanted settings by name'],
  [{ list: [] }, '--list: found [], wanted a list of at least 1'],
  [{ halving: { first: 0 } }, '--halving: found {"first":0}, wanted at least 1 as first'],
  [{ halving: { first: 1, reduction: 2 } }, 'wanted settings without reduction'],
  [
    { median: { first: 1, every: 1 }, halving: { first: 1 } },
    '--median: found with --halving, wanted one of them',
  ],
  [
    { halving: { first: 500 } },
    '--halving: found first 500, wanted a place before the end: a job has 160 env steps',
  ],
  [
    { options: { ...options, patience: 2 }, halving: { first: 10 } },
    'configuration 1: --patience: found 2, wanted at most 1 with --iterations 2, --eval-every 2',
  ],
])('refuses %j, with nothing made', async (given, sentence) => {
  const runDir = join(dir, 'runs');
  await expect(sweep(given, '--run-dir', runDir)).rejects.toThrow(sentence);
  expect(existsSync(runDir)).toBe(false);
});

it('refuses options that a job would have only where it is judged early', async () => {
  const often = { preset: 'avoid-m1-finetune', ftDenoisingSteps: 20, evalEvery: 1, saveEvery: 1 };
  await expect(sweep({ options: often, halving: { first: 1 } })).rejects.toThrow(
    'configuration 1: it is judged after 1 iterations, where nCriticWarmupItr would be 0 in place of 1; wanted a later first',
  );
});

it('refuses a folder that has files, and another sweep than the one in it', async () => {
  await expect(sweep({}, '--run-dir', dir)).rejects.toThrow(
    `--run-dir ${dir}: not empty (1 files, such as sweep.yaml)`,
  );
  const began = join(dir, 'began');
  mkdirSync(began);
  writeFileSync(join(began, 'config.yaml'), stringify({ options, seeds: [1, 2], threads: 1 }));
  await expect(sweep({ seeds: [1, 3] }, '--run-dir', began, '--auto-resume')).rejects.toThrow(
    `--seeds: found [1,3], wanted [1,2], which the run in --run-dir ${began} began with; another run needs another folder`,
  );
  const { options: found } = await sweep(
    { seeds: [1, 2] },
    '--run-dir',
    began,
    '--auto-resume',
    '--jobs',
    '5',
  );
  expect(found).toMatchObject({ resume: began, jobs: 5, seeds: [1, 2] });
  await expect(sweep({ seeds: [1, 2] }, '--resume', began)).rejects.toThrow(
    "--options: found with --resume, which takes the run's own options; only jobs, cluster, ",
  );
});
