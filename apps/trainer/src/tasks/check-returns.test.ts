import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { checkReturns } from './check-returns.ts';

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'returns-')), 'env.mjs');
  writeFileSync(path, text);
  return path;
}

it.each([
  ['whose import never returns', 'for (;;);'],
  ['that makes environments for ever', 'export default () => { for (;;); };'],
])('names a module %s', async (_, text) => {
  const path = file(text);
  await expect(checkReturns(path, 2)).rejects.toThrow(
    `environment ${path}: its making has not returned within 2 s`,
  );
});

it.each([
  ['returns', 'export default () => ({});'],
  ['fails, which is told elsewhere', 'export default () => { throw new Error("no"); };'],
  ['has no default export', 'export const other = 1;'],
  ['never resolves, for which there is another clock', 'export default () => new Promise(() => {});'],
])('lets one pass that %s', async (_, text) => {
  await expect(checkReturns(file(text), 600)).resolves.toBeUndefined();
});
