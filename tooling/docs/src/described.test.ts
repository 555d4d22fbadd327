import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

/** What the check warns of in a module. */
function warnings(module: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-'));
  writeFileSync(join(folder, 'index.ts'), module);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "files": ["index.ts"], "compilerOptions": { "types": [] } }',
  );
  const options = [
    '--entryPoints',
    'index.ts',
    '--emit',
    'none',
    '--skipErrorChecking',
    '--disableSources',
    '--name',
    'it',
  ];
  const plugin = fileURLToPath(new URL('../described.mjs', import.meta.url));
  const words = [
    fileURLToPath(new URL('../node_modules/typedoc/bin/typedoc', import.meta.url)),
    ...options,
    '--plugin',
    plugin,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  return [...`${stdout}${stderr}`.matchAll(/\[warning\]\S* (.* wanted @see|.* its parameter .*)/g)].map(
    ([, text]) => text,
  );
}

it('finds parameters that nothing describes, and sources in the text', () => {
  expect(
    warnings(`
      export interface Options {
        /** γ. */
        readonly gamma: number;
      }
      /** Named as code, \`a\`, and options by their fields. */
      export function good(a: number, { gamma }: Options): number { return a * gamma; }
      /**
       * By a tag.
       * @param a - this one
       * @see arXiv 2409.00588
       */
      export function tagged(a: number): number { return a; }
      /** Of a number. */
      export function bad(a: number): number { return a; }
      /** Options with a name of their own. */
      export type Some = Partial<Pick<Options, 'gamma'>> & Options;
      /** By the fields that were picked. */
      export function picked({ gamma }: Some): number { return gamma; }
      /** Of fields of which one has no comment. */
      export function mixed(a: Pick<Options, 'gamma'> & { readonly count: number }): number { return a.gamma; }
      /** Of a field without a comment. */
      export function field({ a }: { a: number }): number { return a; }
      /**
       * Of nothing.
       * @throws RangeError always
       * Source: arXiv 2409.00588
       */
      export function source(): void {}
      /** Has a method. */
      export interface Env {
        /** Takes one action. */
        step(action: number): void;
      }`),
  ).toEqual([
    'source names a source in its text, wanted @see',
    'bad does not describe its parameter a',
    'mixed does not describe its parameter a',
    'field does not describe its parameter __namedParameters',
    'Env.step does not describe its parameter action',
  ]);
});
