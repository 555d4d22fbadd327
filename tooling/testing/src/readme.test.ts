import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const packages = readdirSync(new URL('packages/', root)).filter((name) =>
  existsSync(new URL(`packages/${name}/README.md`, root)),
);

/** The ts blocks of a README, each line `expression; //=> text` an assertion that it inspects to this text. */
function snippet(readme: string): string {
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  const checked = blocks.join('\n').replaceAll(/^(.+); \/\/=> (.+)$/gm, 'assert.deepEqual($1, $2);');
  return `import assert from 'node:assert/strict';\n${checked}`;
}

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
