import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { metricsLog } from './metrics-log.ts';

const rows = [0, 1].map((iteration) => ({
  iteration,
  'time/env_steps': iteration * 80,
  'eval/mean_reward': 5,
}));

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

it('writes each row as a line and as a record', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'log-'));
  const log = metricsLog({ dir }, undefined);
  for (const row of rows) await log(row);
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows);

  const [file, ...others] = eventFiles(dir);
  expect(others).toEqual([]);
  const [version, ...scalars] = records(file);
  expect(version).toContain('brain.Event:2');
  expect(scalars).toHaveLength(2);
  for (const record of scalars) {
    expect(record).toContain('eval/mean_reward');
    expect(record).not.toContain('iteration');
  }
});

it('begins the file of a run that goes on by dropping what came after its checkpoint', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'log-'));
  await metricsLog({ dir }, 80)(rows[1]);
  const [version, restart, scalars, ...others] = records(eventFiles(dir)[0]);
  expect(others).toEqual([]);
  expect(version).toContain('brain.Event:2');
  // step = 81, session_log { status = START }
  expect(restart.slice(9)).toBe('\u0010\u0051\u003a\u0002\u0008\u0001');
  expect(scalars).toContain('eval/mean_reward');
});
