import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it } from 'vitest';

import { writtenOut } from './written-out.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'written-'));
  path = join(dir, 'gone', 'a.svg');
});
it('writes to another folder, and says so, where the folder is gone', async () => {
  const error = await writtenOut(path, (place) => `for ${place}`).catch(String);
  // To the current folder first, which is not that of the file.
  const [written] = /[^ ]*-a\.svg/.exec(error ?? '') ?? [];
  expect(error).toMatch(
    /^Error: --out .*gone\/a\.svg: could not be written: ENOENT.*; written to .*-a\.svg instead$/,
  );
  const text = readFileSync(written!, 'utf8');
  rmSync(written!);
  expect(text).toMatch(/^for .*-a\.svg$/);
});

it('passes on that there is nothing to write, and leaves nothing', async () => {
  await expect(writtenOut(join(dir, 'a.svg'), () => Promise.reject(new Error('no policy')))).rejects.toThrow(
    /^no policy$/,
  );
  expect(readdirSync(dir)).toEqual([]);
});
