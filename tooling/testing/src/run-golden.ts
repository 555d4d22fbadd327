import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { useBackend } from '@dppo/engine';
import { startVitest } from 'vitest/node';

import { goldenReport, type Tested } from './golden-report.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

try {
  const directory = directoryOf(process.argv.splice(2));
  const files = recordings(directory);
  process.env['DPPO_GOLDEN'] = directory;
  process.exitCode = (await run({ files, backends: await backends() })) ? 0 : 1;
} catch (error) {
  process.stderr.write(`pnpm golden: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}

function directoryOf(args: string[]): string {
  const { dir } = parseArgs({ args, options: { dir: { type: 'string' } } }).values;
  return dir === undefined
    ? resolve(root, '../shared/golden')
    : resolve(process.env['INIT_CWD'] ?? process.cwd(), dir);
}

function recordings(directory: string): string[] {
  const names = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => /\.json(\.gz)?$/.test(name)).toSorted();
  if (files.length === 0) {
    throw new Error(`--dir ${directory} has no .json or .json.gz files, expected recordings`);
  }
  return files;
}

async function backends(): Promise<string[]> {
  try {
    await useBackend('tensorflow');
    return ['cpu', 'tensorflow'];
  } catch (error) {
    process.stdout.write(`on the cpu backend only: ${reasonOf(error)}\n`);
    return ['cpu'];
  }
}

/** Whether every test of the recordings passed; prints what they found. */
async function run(tested: Tested): Promise<boolean> {
  let passed = false;
  const vitest = await startVitest('test', ['.golden.test.ts', 'mujoco/src/golden.test.ts'], {
    root,
    project: [...tested.backends],
    watch: false,
    reporters: [
      {
        onTestRunEnd(modules, errors) {
          const { text, failed } = goldenReport(tested, modules);
          const crashes = errors.map(({ message }) => `FAILED  ${message}`);
          process.stdout.write(`${[text, ...crashes].join('\n')}\n`);
          passed = !failed && crashes.length === 0;
        },
      },
    ],
  });
  await vitest.close();
  return passed;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
