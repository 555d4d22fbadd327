import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it } from 'vitest';

import { checkApart, checkOut, checkOutFolder } from './check-out.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'out-'));
  writeFileSync(join(dir, 'file'), 'mine');
});

it('leaves nothing behind where a file can be written, and makes no folder', () => {
  checkOut(join(dir, 'new'), '--out');
  checkOut(join(dir, 'n'.repeat(255)), '--out');
  checkOutFolder(join(dir, 'a', 'b'), '--out-dir');
  mkdirSync(join(dir, 'empty'));
  checkOutFolder(join(dir, 'empty'), '--out-dir');
  expect(readdirSync(dir)).toEqual(['empty', 'file']);
});

it.each([
  ['file', 'exists already, wanted a new name'],
  ['.', 'exists already, wanted a new name'],
  ['none/new', 'cannot be written: there is no folder'],
  ['file/new', 'cannot be written: ENOTDIR'],
  ['n'.repeat(256), 'cannot be written: ENAMETOOLONG'],
])('refuses to write %s: %s', (name, sentence) => {
  const path = join(dir, name);
  expect(() => checkOut(path, '--out')).toThrow(`--out ${path}: ${sentence}`);
});

it.each([
  ['.', 'not empty (1 files, such as file), wanted a new folder; nothing is overwritten'],
  ['file', 'is a file, wanted a folder'],
  ['file/new', 'is a file, wanted a folder'],
  ['n'.repeat(256), 'cannot be written to: ENAMETOOLONG'],
  [join('new', 'n'.repeat(256)), 'cannot be written to: ENAMETOOLONG'],
])('refuses to make the folder %s: %s', (name, sentence) => {
  expect(() => checkOutFolder(join(dir, name), '--run-dir')).toThrow(sentence);
  expect(readdirSync(dir)).toEqual(['file']);
});

it.each(['a', 'a/b', './a/../a'])(
  'refuses a file where the folder a/b of the run or one above it is: %s',
  (out) => {
    expect(() => checkApart(out, out.endsWith('b') ? out : 'a/b')).toThrow(
      `--out ${out}: found the place of --run-dir`,
    );
  },
);

it('takes a file in the folder of the run, and one beside it of a longer name', () => {
  for (const out of ['a/b/policy.safetensors', 'a/bc', 'a/b.safetensors'])
    expect(() => checkApart(out, 'a/b')).not.toThrow();
  expect(() => checkApart('a', undefined)).not.toThrow();
});
