import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { readRun } from '../runs/recorded-run.ts';
import { liveRun } from './live-run.ts';
import { comparison, overview } from './report-sections.ts';

function row(iteration: number): string {
  const place = { iteration, 'time/env_steps': 10 * iteration, 'time/seconds': iteration };
  const evaluated = { 'eval/mean_reward': Math.sin(iteration), 'eval/std_reward': 1 };
  const trained = { 'train/approx_kl': Math.cos(iteration), 'time/fps': 100 };
  return `${JSON.stringify({ ...place, ...trained, ...(iteration % 5 === 0 && evaluated) })}\n`;
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => row(from + i)).join('');
}

it('says of a run that grows what its files say as a whole, of as many rows as there may be', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  writeFileSync(join(dir, 'config.yaml'), 'iterations: 20000\n');
  const file = join(dir, 'metrics.jsonl');
  const live = liveRun(dir);
  const sizes: number[] = [];
  for (const [from, to] of [
    [0, 3],
    [3, 2000],
    [2000, 20_000],
  ]) {
    appendFileSync(file, lines(from, to));
    const run = live.read();
    const whole = readRun(dir);
    expect(await overview(run)).toEqual(await overview(whole));
    expect(await comparison(run)).toEqual(await comparison(whole));
    expect(run.rows).toHaveLength(1);
    expect(run.evaluations.length).toBeLessThanOrEqual(3);
    sizes.push((await live.pictures()).join('').length);
  }
  expect(sizes[2]).toBeLessThan(1.5 * sizes[1]);
});

it('draws nothing where nothing was added', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  writeFileSync(join(dir, 'metrics.jsonl'), lines(0, 3));
  const live = liveRun(dir);
  live.read();
  const pictures = live.pictures();
  live.read();
  expect(live.pictures()).toBe(pictures);
  appendFileSync(join(dir, 'metrics.jsonl'), lines(3, 4));
  live.read();
  expect(await live.pictures()).not.toEqual(await pictures);
});
