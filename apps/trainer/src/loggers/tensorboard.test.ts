import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { tensorboard } from './tensorboard.ts';

const rows = [0, 1].map((iteration) => ({
  iteration,
  step: iteration * 80,
  time: 1500,
  values: { 'eval/mean_reward': 5 },
}));

/** A run in a folder of its own. */
const newRun = () => ({
  dir: mkdtempSync(join(tmpdir(), 'log-')),
  name: 'run',
  config: {},
  from: undefined,
  say: () => {},
});

/** What the records of an event file hold, and whether their lengths make up the file. */
function records(file: string): string[] {
  const bytes = readFileSync(file);
  const contents: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    contents.push(bytes.toString('latin1', at + 12, at + 12 + length));
    at += length + 16;
    expect(at).toBeLessThanOrEqual(bytes.length);
  }
  return contents;
}

const eventFiles = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.includes('tfevents'))
    .toSorted()
    .map((name) => join(dir, name));

it('writes each row as a record, and how the run ended as a text', async () => {
  const run = newRun();
  const logger = tensorboard(run);
  await logger.scalars?.(rows);
  await logger.close?.({ state: 'finished', why: '1 iteration' });

  const [file, ...others] = eventFiles(run.dir);
  expect(others).toEqual([]);
  const [version, ...after] = records(file);
  expect(version).toContain('brain.Event:2');
  expect(after).toHaveLength(3);
  for (const record of after.slice(0, 2)) expect(record).toContain('eval/mean_reward');
  expect(after[2]).toContain('finished: 1 iteration');
});

it('begins the file of a run that goes on by dropping what came after its checkpoint', async () => {
  const run = newRun();
  await tensorboard({ ...run, from: { iteration: 1, step: 80 } }).scalars?.([rows[1]]);
  const [version, restart, scalars, ...others] = records(eventFiles(run.dir)[0]);
  expect(others).toEqual([]);
  expect(version).toContain('brain.Event:2');
  // step = 81, session_log { status = START }
  expect(restart.slice(9)).toBe('\u0010\u0051\u003a\u0002\u0008\u0001');
  expect(scalars).toContain('eval/mean_reward');
});
