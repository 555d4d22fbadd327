import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it, vi } from 'vitest';

import { readBytes } from './read-bytes.ts';
import { writeWhole } from './write-whole.ts';

afterEach(() => void vi.unstubAllGlobals());

it('gives the bytes of a file and nothing more', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'bytes-')), 'a');
  writeFileSync(path, 'four');
  expect(await readBytes(path)).toEqual(Uint8Array.of(102, 111, 117, 114));
  await expect(readBytes(`${path}.not`)).rejects.toThrow(/ENOENT.*a\.not/);
});

it('names what is no file, or too large a one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bytes-'));
  await expect(readBytes(folder)).rejects.toThrow(`readBytes: ${folder} is a folder, wanted a file`);
  await expect(readBytes('/dev/null')).rejects.toThrow('readBytes: /dev/null is a device, wanted a file');
  const sparse = join(folder, 'sparse');
  writeFileSync(sparse, '');
  truncateSync(sparse, 2 ** 31);
  await expect(readBytes(sparse)).rejects.toThrow(
    `readBytes: ${sparse} has 2147483648 bytes, wanted at most 2147483647`,
  );
});

it.each([undefined, {}])(
  'says that there are no files where the process is %j, as in browsers',
  async (none) => {
    vi.stubGlobal('process', none);
    const [read, written] = [readBytes('a'), writeWhole('a', '')].map((result) =>
      result.catch((error: Error) => error.message),
    );
    expect([await read, await written]).toEqual([
      'readBytes: there is no file system here, wanted Node.js',
      'writeWhole: there is no file system here, wanted Node.js',
    ]);
  },
);
