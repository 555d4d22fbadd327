import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { followRows } from './follow-rows.ts';
import { cutMetrics, readMetrics } from './metrics-file.ts';

/** A file that is followed, and what was heard of it since the last question. */
function followed() {
  const file = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'metrics.jsonl');
  let heard: unknown[] = [];
  const read = followRows(file, {
    begin: () => heard.push('begin'),
    row: ({ iteration }) => heard.push(iteration),
  });
  const news = (): unknown[] => {
    read();
    const latest = heard;
    heard = [];
    return latest;
  };
  return { file, news };
}

const rows = (...iterations: number[]): string => iterations.map((i) => `{"iteration":${i}}\n`).join('');

it('hears each row once, when its line has come to its end', () => {
  const { file, news } = followed();
  expect(news()).toEqual([]);
  writeFileSync(file, `${rows(1, 2)}{"itera`);
  expect(news()).toEqual(['begin', 1, 2]);
  expect(news()).toEqual([]);
  appendFileSync(file, `tion":3}\nno row\n\0\0\n[4]\n${rows(5)}`);
  expect(news()).toEqual([3, 5]);
});

it('begins anew where the file was replaced or cut', async () => {
  const { file, news } = followed();
  writeFileSync(file, rows(1, 2, 3));
  expect(news()).toEqual(['begin', 1, 2, 3]);
  await cutMetrics(file, 2);
  expect(news()).toEqual(['begin', 1, 2]);
  truncateSync(file, rows(1).length);
  expect(news()).toEqual(['begin', 1]);
  rmSync(file);
  expect(news()).toEqual([]);
  writeFileSync(file, rows(7));
  expect(news()).toEqual(['begin', 7]);
});

it('reads a file of many pieces as it is read at once, and no line that is longer than any row', () => {
  const { file, news } = followed();
  const text = Array.from({ length: 5000 }, (_, i) => `{"iteration":${i},"é":"${'é'.repeat(i % 40)}"}\n`);
  const long = `{"iteration":-1,"a":"${'a'.repeat(2_000_000)}"}\n`;
  writeFileSync(file, [...text, long, rows(9)].join(''));
  const all = readMetrics(file).rows.map(({ iteration }) => iteration);
  expect(news()).toEqual(['begin', ...all.filter((iteration) => iteration !== -1)]);
});
