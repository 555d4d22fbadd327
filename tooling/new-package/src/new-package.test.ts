import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { beforeEach, expect, it } from 'vitest';

import { newPackage } from './new-package.ts';

const root = new URL('../../../', import.meta.url);
const documents = ['README.md', 'docs/architecture.md'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-package-'));
  mkdirSync(join(folder, 'docs'));
  for (const document of documents) copyFileSync(new URL(document, root), join(folder, document));
});

const make = (name: string, sentence: string): void =>
  newPackage(name, sentence, pathToFileURL(`${folder}/`));
const files = (): string[] =>
  readdirSync(join(folder, 'packages'), { recursive: true }).map(String).toSorted();

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
  const manifest = JSON.parse(readFileSync(join(folder, 'packages/trees/package.json'), 'utf8'));
  expect(manifest).toMatchObject({
    name: '@dppo/trees',
    description: "Decision trees that don't overfit.",
    repository: { directory: 'packages/trees' },
    scripts: { test: 'vitest run --root ../.. packages/trees' },
  });
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
  expect(readFileSync(join(folder, 'packages/trees/src/purpose.ts'), 'utf8')).toContain(
    `purpose = "Decision trees that don't overfit."`,
  );
});

it('gives it a row in each table of packages', () => {
  make('trees', 'Decision trees.');
  const [readme, architecture] = documents.map((document) => readFileSync(join(folder, document), 'utf8'));
  expect(readme).toContain(
    '\n| [@dppo/trees](packages/trees) | Decision trees. | 0 / 0 |\n| [@dppo/trainer]',
  );
  expect(architecture).toContain('\n   ├── @dppo/trees ───────── Decision trees.\n   └── @dppo/wheels');
});

it('refuses a name that is taken and leaves what is there', () => {
  make('trees', 'Trees.');
  expect(() => make('trees', 'Other trees.')).toThrow('packages/trees exists');
  expect(readFileSync(join(folder, 'packages/trees/README.md'), 'utf8')).toContain('\nTrees.\n');
});

it.for([
  ['', 'A sentence.', /name ""/],
  ['../trees', 'A sentence.', /small letters/],
  ['Trees', 'A sentence.', /small letters/],
  ['trees', ' ', /no sentence/],
] as const)('refuses the name %j with the sentence %j and writes nothing', ([name, sentence, message]) => {
  expect(() => make(name, sentence)).toThrow(message);
  expect(readdirSync(folder).toSorted()).toEqual(['README.md', 'docs']);
});
