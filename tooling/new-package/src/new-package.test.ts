import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { beforeEach, expect, it } from 'vitest';

import { newPackage } from './new-package.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-package-'));
});

const make = (name: string, sentence: string): void =>
  newPackage(name, sentence, pathToFileURL(`${folder}/`));
const files = (): string[] => readdirSync(folder, { recursive: true }).map(String).toSorted();

it('makes a package of its own name and sentence, with no dependency', () => {
  make('trees', "Decision trees that don't overfit.");
  expect(files()).toEqual([
    'trees',
    'trees/README.md',
    'trees/package.json',
    'trees/src',
    'trees/src/index.ts',
    'trees/src/purpose.test.ts',
    'trees/src/purpose.ts',
    'trees/tsconfig.build.json',
  ]);
  const manifest = JSON.parse(readFileSync(join(folder, 'trees/package.json'), 'utf8'));
  expect(manifest).toMatchObject({
    name: '@dppo/trees',
    description: "Decision trees that don't overfit.",
    repository: { directory: 'packages/trees' },
    scripts: { test: 'vitest run --root ../.. packages/trees' },
  });
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
  expect(readFileSync(join(folder, 'trees/src/purpose.ts'), 'utf8')).toContain(
    `purpose = "Decision trees that don't overfit."`,
  );
});

it('refuses a name that is taken and leaves what is there', () => {
  make('trees', 'Trees.');
  expect(() => make('trees', 'Other trees.')).toThrow('packages/trees exists');
  expect(readFileSync(join(folder, 'trees/README.md'), 'utf8')).toContain('\nTrees.\n');
});

it.for([
  ['', 'A sentence.', /name ""/],
  ['../trees', 'A sentence.', /small letters/],
  ['Trees', 'A sentence.', /small letters/],
  ['trees', ' ', /no sentence/],
] as const)('refuses the name %j with the sentence %j and writes nothing', ([name, sentence, message]) => {
  expect(() => make(name, sentence)).toThrow(message);
  expect(files()).toEqual([]);
});
