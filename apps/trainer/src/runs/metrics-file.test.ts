import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { plotRuns } from '../pictures/plot-runs.ts';
import { reportOptions } from '../report/report-options.ts';
import { report } from '../report/report.ts';
import { compare } from './compare.ts';
import { cutMetrics, evaluationsIn, readMetrics, rowsOf } from './metrics-file.ts';

const rows = [0, 1, 2].map((iteration) => ({
  iteration,
  'time/env_steps': 100 * iteration,
  'eval/mean_reward': iteration,
}));
const [first, second, third] = rows.map((row) => JSON.stringify(row));

/** A run whose metrics hold these lines. */
function runOf(lines: readonly string[]): { dir: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), 'metrics-'));
  const file = join(dir, 'metrics.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  writeFileSync(join(dir, 'config.yaml'), 'seed: 1\n');
  return { dir, file };
}

const broken = [first, '\0\0', second, '[1]', '{"iteration": 2, "tr', third];

it('leaves out what is no row, and says where and what it is', () => {
  const { file } = runOf(broken);
  const read = readMetrics(file);
  expect(read.rows).toEqual(rows);
  expect(evaluationsIn(read.rows).map(({ mean }) => mean)).toEqual([0, 1, 2]);
  expect(read.unreadable).toEqual([
    `${file} line 2: found "\\u0000\\u0000", wanted an object of JSON; left out`,
    `${file} line 4: found "[1]", wanted an object of JSON; left out`,
    `${file} line 5: found "{\\"iteration\\": 2, \\"tr", wanted an object of JSON; left out`,
  ]);
});

it('takes a last line that was not finished for none, without a word', () => {
  const { file } = runOf([first]);
  writeFileSync(file, `${first}\n{"itera`);
  expect(readMetrics(file)).toEqual({ rows: [rows[0]], unreadable: [] });
});

it('keeps of a line that has no end its beginning alone', () => {
  const { file } = runOf([first, 'x'.repeat(3_000_000), second]);
  expect(readMetrics(file)).toEqual({
    rows: [rows[0], rows[1]],
    unreadable: [
      `${file} line 2: found "xxxxxxxxxxxxxxxxxxxx"… (3000000 characters), wanted an object of JSON; left out`,
    ],
  });
});

it('tells twenty lines that are none and how many more there are', () => {
  const { file } = runOf(Array<string>(30).fill('0'));
  const { unreadable } = readMetrics(file);
  expect(unreadable).toHaveLength(21);
  expect(unreadable[20]).toBe(`${file}: 10 more lines are no object of JSON; left out`);
});

it('names the file where rows or names are too many to keep, and cuts it all the same', async () => {
  const { file } = runOf([]);
  const names = Array.from({ length: 10_000 }, (_, i) => `"m${i}":0`).join(',');
  writeFileSync(file, `{"iteration":0,${names}}\n{"iteration":1}\n`);
  expect(() => readMetrics(file)).toThrow(`${file}: more than 4194304 numbers or 10000 names of metrics`);
  await cutMetrics(file, 0);
  expect(readFileSync(file, 'utf8')).toBe(`{"iteration":0,${names}}\n`);
  writeFileSync(file, '{"iteration":0}\n'.repeat(2 ** 20));
  expect(() => readMetrics(file)).toThrow(`${file}: more than 4194304 numbers`);
  expect(evaluationsIn(rowsOf(file))).toEqual([]);
});

it('keeps numbers alone', () => {
  const { file } = runOf([`{"iteration":0,"text":"${'x'.repeat(1000)}","list":[[[]]],"null":null}`]);
  expect(readMetrics(file).rows).toEqual([{ iteration: 0 }]);
});

it('cuts later iterations and what is no row', async () => {
  const { file } = runOf(broken);
  await cutMetrics(file, 1);
  expect(readFileSync(file, 'utf8')).toBe(`${first}\n${second}\n`);
});

it('cuts what a run reported at its end, which it does again', async () => {
  const reported = '{"iteration":0,"time/env_steps":0,"report/mean_reward":1}';
  const { file } = runOf([first, reported, second]);
  await cutMetrics(file, 1);
  expect(readFileSync(file, 'utf8')).toBe(`${first}\n${second}\n`);
});

it('is told once by report, plot and compare, which go on', async () => {
  const { dir, file } = runOf([first, '\0\0', second]);
  const sentence = `${file} line 2: found "\\u0000\\u0000", wanted an object of JSON; left out`;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  compare([dir], say);
  await plotRuns([dir], { out: join(dir, 'curve.svg') }, say);
  await report(reportOptions.parse({ run: dir, backend: tf.getBackend() }), say);
  expect(said.filter((line) => line === sentence)).toHaveLength(3);
  expect(said.at(-1)).toBe(`wrote ${join(dir, 'report.html')}`);
});
