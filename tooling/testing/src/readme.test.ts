import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { snippet } from './snippet.ts';

const root = new URL('../../../', import.meta.url);
const cwd = fileURLToPath(root);
/** Documents, and the folder whose dependencies their snippets may import. */
const readmes = [...readdirSync(new URL('packages/', root)).map((name) => `packages/${name}`), 'apps/trainer']
  .map((folder) => ({ document: `${folder}/README.md`, folder }))
  .filter(({ document }) => existsSync(new URL(document, root)));
const guides = readdirSync(new URL('docs/guides/', root)).map((name) => ({
  document: `docs/guides/${name}`,
  folder: 'apps/trainer',
}));

/** The snippet of a document, from the root, where its imports resolve. */
const fileOf = ({ document, folder }: (typeof readmes)[number]): string =>
  `${folder}/.${basename(document)}-${process.pid}.ts`;
const configuration = `.readme-${process.pid}.json`;

beforeAll(async () => {
  for (const each of [...readmes, ...guides]) {
    const text = readFileSync(new URL(each.document, root), 'utf8');
    await writeFile(new URL(fileOf(each), root), snippet(text));
  }
});
afterAll(() => Promise.all([...readmes, ...guides].map(fileOf).map((file) => rm(new URL(file, root)))));

it.each([
  ['the READMEs', readmes],
  ['the guides', guides],
])('does what %s say', async (_, documents) => {
  const files = documents.map((each) => new URL(fileOf(each), root).href);
  const program = files.map((file) => `await import(${JSON.stringify(file)});`).join('');
  const options = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval'];
  await expect(promisify(execFile)(process.execPath, [...options, program], { cwd })).resolves.toBeDefined();
});

describe('the types of the snippet', () => {
  let said = '';
  beforeAll(async () => {
    const options = {
      extends: './tsconfig.json',
      compilerOptions: { noUnusedLocals: false },
      include: [],
      files: [...readmes, ...guides].map(fileOf),
    };
    await writeFile(new URL(configuration, root), JSON.stringify(options));
    const words = ['node_modules/typescript/bin/tsc', '--pretty', 'false', '-p', configuration];
    said = await promisify(execFile)(process.execPath, words, { cwd }).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
  });
  afterAll(() => rm(new URL(configuration, root)));

  it.for([...readmes, ...guides])('of $document agree', (each) => {
    const errors = said.split('\n').filter((line) => line.startsWith(fileOf(each)));
    expect(errors).toEqual([]);
  });

  it('are checked, without a word about anything else', () => {
    const files = [...readmes, ...guides].map(fileOf);
    const others = said
      .split('\n')
      .filter((line) => /^\S/.test(line) && !files.some((file) => line.startsWith(file)));
    expect(others).toEqual([]);
  });
});
