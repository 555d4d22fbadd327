import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readRun } from '@dppo/trainer';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { learn } from './learn.ts';

const quiet = (): void => {};
const newDir = (): string => join(mkdtempSync(join(tmpdir(), 'own-loop-')), 'run');

/** What a run measured, without what the clock says. */
const rows = (dir: string): object[] =>
  readRun(dir).rows.map((row) => Object.assign({}, row, { 'time/seconds': 0, 'time/cpu_seconds': 0 }));

/** The loop in a process of its own, killed while it is about to save for the second time, or has. */
async function killed(dir: string): Promise<void> {
  const file = JSON.stringify(new URL('learn.ts', import.meta.url).href);
  const script = `import { useBackend } from '@dppo/engine';
    import { learn } from ${file};
    await useBackend(${JSON.stringify(tf.getBackend())});
    await learn(${JSON.stringify(dir)}, { iterations: 1000, count: 2, say: console.log });`;
  const words = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, words, { cwd: import.meta.dirname });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += String(data)));
  while (!text.includes('iteration 10:')) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`no tenth iteration in: ${text}`);
  }
  child.kill('SIGKILL');
  await once(child, 'close');
}

it('goes on after kill -9 and gives the run that never stopped, number by number', async () => {
  const [dir, whole] = [newDir(), newDir()];
  await killed(dir);
  const options = { iterations: 15, count: 2, say: quiet };
  await learn(dir, options);
  await learn(whole, options);
  expect(rows(dir)).toEqual(rows(whole));
  expect(rows(whole).length).toBe(15 + 4);
  expect(readRun(whole).evaluations.map(({ iteration }) => iteration)).toEqual([0, 5, 10, 15]);
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(['report.html', 'learning-curve.svg']));
});
