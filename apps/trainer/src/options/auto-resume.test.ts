import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { type FinetuneOptions, finetuneOptions } from '../finetune/finetune-options.ts';
import { demonstrateOptions } from '../pretrain/demonstrate-options.ts';
import { withOptions } from './command-line.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auto-resume-'));
});

function check(options: FinetuneOptions) {
  return { options };
}

/** The options that are run for a line. */
async function run(...words: string[]): Promise<FinetuneOptions> {
  const found: FinetuneOptions[] = [];
  const work = {
    check,
    run: ({ options }: { options: FinetuneOptions }) => Promise.resolve(void found.push(options)),
  };
  const command = withOptions(new Command('finetune'), finetuneOptions, work).exitOverride();
  await command.parseAsync(['--auto-resume', '--quiet', ...words], { from: 'user' });
  return found[0];
}

/** Leaves the options of a run in the folder. */
function began(given: object): void {
  const options = finetuneOptions.parse({ environment: 'avoid', jit: true, ...given });
  writeFileSync(join(dir, 'config.yaml'), stringify(options));
}

it('begins a run where there is none', async () => {
  expect(await run('--run-dir', dir, '--seed', '5')).toMatchObject({
    runDir: dir,
    seed: 5,
    autoResume: true,
  });
});

it('goes on with the options of the run, and with those of the line that may change', async () => {
  began({ seed: 5, gamma: 0.5, iterations: 10, policy: 'start.safetensors' });
  const same = ['--environment', 'avoid', '--seed', '5', '--jit', 'auto', '--gamma', '0.5'];
  expect(
    await run('--run-dir', dir, '--policy', 'mine.safetensors', ...same, '--iterations', '20'),
  ).toMatchObject({
    resume: dir,
    autoResume: true,
    seed: 5,
    gamma: 0.5,
    jit: true,
    iterations: 20,
    policy: 'mine.safetensors',
  });
  expect((await run('--run-dir', dir)).policy).toBe(join(dir, 'start.safetensors'));
});

it.each([
  [['--seed', '6'], '--seed: found 6, wanted 5'],
  [['--set', 'seed=6'], '--seed: found 6, wanted 5'],
  [['--target-return', '3'], '--target-return: found 3, wanted it left out'],
  [['--policy', 'a.safetensors'], '--policy: found "a.safetensors", wanted it left out'],
  [['--environment', './avoid.js'], '--environment: found "./avoid.js", wanted "avoid"'],
  [['--jit', 'false'], '--jit: found false, wanted true'],
])('refuses %j, which the run began without', async (words, sentence) => {
  began({ seed: 5 });
  await expect(run('--run-dir', dir, ...words)).rejects.toThrow(
    `${sentence}, which the run in --run-dir ${dir} began with; another run needs another folder`,
  );
});

it('wants the folder, and no other run to go on with', async () => {
  await expect(run()).rejects.toThrow('--auto-resume: found without --run-dir');
  began({});
  await expect(run('--resume', dir)).rejects.toThrow('--auto-resume: found with --resume');
});

it('goes on with a recording by the folder of its data, and refuses other options there', async () => {
  const found: unknown[] = [];
  const dppo = (...words: string[]) =>
    withOptions(new Command('demonstrate'), demonstrateOptions, {
      check: (options: object) => ({ options }),
      run: ({ options }) => Promise.resolve(void found.push(options)),
    })
      .exitOverride()
      .parseAsync(['--auto-resume', '--quiet', '--out-dir', dir, ...words], { from: 'user' });
  await dppo('--episodes', '5');
  writeFileSync(join(dir, 'config.yaml'), 'outDir: .\nepisodes: 5\n');
  await dppo('--episodes', '5');
  const recording = { outDir: dir, episodes: 5, autoResume: true };
  expect(found).toEqual([
    expect.objectContaining(recording),
    expect.objectContaining({ ...recording, resume: dir }),
  ]);
  expect(found[0]).not.toHaveProperty('resume');
  await expect(dppo('--episodes', '6')).rejects.toThrow(
    `--episodes: found 6, wanted 5, which the run in --out-dir ${dir} began with`,
  );
});
