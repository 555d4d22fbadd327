import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { snippet } from './snippet.ts';

const root = new URL('../../../', import.meta.url);
/** Documents, and the folder whose dependencies their snippets may import. */
const readmes = readdirSync(new URL('packages/', root))
  .map((name) => ({ document: `packages/${name}/README.md`, folder: `packages/${name}` }))
  .filter(({ document }) => existsSync(new URL(document, root)));
const guides = readdirSync(new URL('docs/guides/', root)).map((name) => ({
  document: `docs/guides/${name}`,
  folder: 'apps/trainer',
}));

it.each([
  ['the READMEs', readmes],
  ['the guides', guides],
])('does what %s say', async (_, documents) => {
  const files = await Promise.all(
    documents.map(async ({ document, folder }, i) => {
      const file = fileURLToPath(new URL(`${folder}/.readme-${process.pid}-${i}.ts`, root));
      await writeFile(file, snippet(readFileSync(new URL(document, root), 'utf8')));
      return file;
    }),
  );
  try {
    const program = files.map((file) => `await import(${JSON.stringify(file)});`).join('');
    const options = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval'];
    const run = promisify(execFile)(process.execPath, [...options, program], { cwd: fileURLToPath(root) });
    await expect(run).resolves.toBeDefined();
  } finally {
    await Promise.all(files.map((file) => rm(file)));
  }
});
