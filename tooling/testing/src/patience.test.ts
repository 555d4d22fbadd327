import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { patience } from './patience.ts';

/** A clock on which the work between two looks takes so many milliseconds. */
const clock = (milliseconds: number) => {
  let now = -milliseconds;
  return () => (now += milliseconds);
};

it('is ten minutes, and more in proportion where the machine is slow or busy', () => {
  expect([1, 240].map((took) => patience(clock(took)))).toEqual([600_000, 1_200_000]);
});

it('is all that ends a test: none has a time of its own', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts', '*/test/*.ts'];
  const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  // Timeouts of `workers`, of clusters and of Python processes are what their own tests are about.
  const timed =
    /^(?!.*(?:\b(?:workers|using|serve|started)\(|\{ run: 'r', )).*\btimeout\b\s*:|^\s*\}, \d[\d_]{3,}\);|\bwaitFor\(\s*\(|AbortSignal\.timeout/m;
  expect(files).toContain('packages/rl/src/gae.test.ts');
  expect(files.filter((file) => timed.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
