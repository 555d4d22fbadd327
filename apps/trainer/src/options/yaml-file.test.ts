import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { mostOptions, readYaml } from './yaml-file.ts';

const file = join(mkdtempSync(join(tmpdir(), 'yaml-')), 'options.yaml');

function read(text: string): unknown {
  writeFileSync(file, text);
  return readYaml(file, '--config options.yaml', mostOptions);
}

it('reads YAML and JSON, anchors too', () => {
  expect(read('a: &x [1, 2]\nb: *x\nc: {d: ~}\n')).toEqual({ a: [1, 2], b: [1, 2], c: { d: null } });
  expect(read('{"a": 1e-3}')).toEqual({ a: 1e-3 });
});

/** Nine lists, each of nine times the one before. */
const bomb = [
  'a: &a [x]',
  ...'bcdefghi'.split('').map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]},`.repeat(9)}]`),
];

it.each([
  ['more than its bytes', `a: ${' '.repeat(mostOptions)}`, 'has more than 65536 bytes'],
  ['many values', `[${'0,'.repeat(20_001)}]`, 'has more than 20000 values'],
  ['deep lists', '['.repeat(10_000), 'is nested deeper than 32'],
  ['deep lists of dashes', '- '.repeat(10_000), 'is nested deeper than 32'],
  ['deep keys', '? '.repeat(10_000), 'is nested deeper than 32'],
  ['deep maps', '{a: '.repeat(10_000), 'is nested deeper than 32'],
  [
    'deep maps by indentation',
    Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    'is nested deeper than 32',
  ],
  ['deep lists that are closed', `${'['.repeat(40)}${']'.repeat(40)}`, 'is nested deeper than 32'],
  ['a list that holds itself', '&a [*a]', 'is nested deeper than 32'],
  [
    'lists of lists of lists',
    bomb.join('\n'),
    'Excessive alias count indicates a resource exhaustion attack',
  ],
  ['a key that stands twice', 'a: 1\na: 2', 'has "a" twice'],
  ['a tag that is not known', 'b: 1\na: !!python/object x', 'line 2: Unresolved tag'],
  ['no text', 'a: \0', 'no text, wanted YAML or JSON'],
])('refuses %s by the name that it is given', (_, text, problem) => {
  expect(() => read(text)).toThrow(`--config options.yaml: ${problem}`);
});

it('names what cannot be read at all', () => {
  const folder = join(file, '..');
  expect(() => readYaml(folder, `--config ${folder}`, mostOptions)).toThrow(`--config ${folder}: EISDIR`);
});
