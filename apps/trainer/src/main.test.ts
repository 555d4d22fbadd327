import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { program, wordsOf } from '../test/program.ts';
import { smallRun } from '../test/small-run.ts';
import { readHistory } from './runs/history.ts';

it('says to an older Node what is wanted, before any command is loaded', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
  const words = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, ...program, 'doctor'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toMatch(/^dppo: got Node 18\.20\.8, wanted \S+ or newer\n$/);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

/** Runs a command whose output goes to a pipe that is closed when something has come through it. */
async function cutShort(words: readonly string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [...program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += String(data)));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  return { code, said };
}

it.skipIf(process.platform === 'win32')(
  'trains to the end where nobody reads on, without a word',
  async () => {
    const runDir = join(mkdtempSync(join(tmpdir(), 'main-')), 'run');
    const options = { ...smallRun, environment: 'avoid', backend: 'cpu', iterations: 2, runDir };
    expect(await cutShort(['finetune', ...wordsOf(options)])).toEqual({ code: 0, said: '' });
    expect(readHistory(runDir).at(-1)?.end?.state).toBe('finished');
  },
);

it.skipIf(process.platform === 'win32').each([[['--help']], [['presets']], [['schema', 'finetune']]])(
  'ends %j quietly where nobody reads on',
  async (words) => {
    expect(await cutShort(words)).toEqual({ code: 0, said: '' });
  },
);

it.skipIf(!existsSync('/dev/full'))('tells of a disk that takes no output, and exits with 1', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', '"$@" > /dev/full', 'sh', process.execPath, ...program, 'presets'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('dppo: standard output: ENOSPC: no space left on device, write; going on without it\n');
  expect(status).toBe(1);
});

it.skipIf(process.platform === 'win32').each(['SIGUSR1', 'SIGHUP', 'SIGTERM'] as const)(
  'ends at %s while it starts as a run that can be gone on with, and opens no debugger',
  async (signal) => {
    const environment = join(mkdtempSync(join(tmpdir(), 'main-')), 'slow.js');
    const make =
      "process.stdout.write('loading'); return new Promise((resolve) => setTimeout(resolve, 1e8));";
    writeFileSync(environment, `export default () => { ${make} };`);
    const words = [...program, 'finetune', '--environment', environment];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (data) => (said += String(data)));
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([75, null]);
    expect(said).toBe(`dppo: stopped by ${signal}\n`);
  },
);
