import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { snippet } from './snippet.ts';

const root = new URL('../../../', import.meta.url);
const packages = readdirSync(new URL('packages/', root)).filter((name) =>
  existsSync(new URL(`packages/${name}/README.md`, root)),
);

it('does what the README says', { timeout: 120_000 }, async () => {
  const files = await Promise.all(
    packages.map(async (name) => {
      const file = fileURLToPath(new URL(`packages/${name}/.readme-${process.pid}.ts`, root));
      await writeFile(file, snippet(readFileSync(new URL(`packages/${name}/README.md`, root), 'utf8')));
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
