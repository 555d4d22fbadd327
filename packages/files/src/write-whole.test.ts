import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { writeWhole } from './write-whole.ts';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'whole-'));

it('replaces a file, and leaves no other', async () => {
  const dir = newDir();
  const path = join(dir, 'a');
  await writeWhole(path, 'old');
  await writeWhole(path, Uint8Array.of(110, 101, 119));
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(dir)).toEqual(['a']);
});

it('leaves the old file and no other where the new one cannot take its place', async () => {
  const dir = newDir();
  mkdirSync(join(dir, 'a', 'b'), { recursive: true });
  await expect(writeWhole(join(dir, 'a'), 'new')).rejects.toThrow(
    `writeWhole: ${join(dir, 'a')} is a folder, device or socket, wanted a file or nothing`,
  );
  expect(readdirSync(dir)).toEqual(['a']);
});

it('takes a name of 255 bytes, as long as any', async () => {
  const path = join(newDir(), 'n'.repeat(255));
  await writeWhole(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

it.each(['file', 'folder/file', 'none-yet'])('writes %s, which a link of a link leads to', async (name) => {
  const dir = newDir();
  mkdirSync(join(dir, 'folder'));
  if (name !== 'none-yet') await writeWhole(join(dir, name), 'old');
  symlinkSync(name, join(dir, 'link'));
  symlinkSync(join(dir, 'link'), join(dir, 'other'));
  await writeWhole(join(dir, 'other'), 'new');
  expect(readFileSync(join(dir, name), 'utf8')).toBe('new');
  expect(['link', 'other'].map((link) => lstatSync(join(dir, link)).isSymbolicLink())).toEqual([true, true]);
});

it('refuses a link that leads to itself', async () => {
  const path = join(newDir(), 'link');
  symlinkSync(path, path);
  await expect(writeWhole(path, 'new')).rejects.toThrow('ELOOP');
});

it.skipIf(process.platform === 'win32')('leaves the permissions as they were', async () => {
  const path = join(newDir(), 'a');
  await writeWhole(path, 'old');
  chmodSync(path, 0o606);
  await writeWhole(path, 'new');
  expect(statSync(path).mode & 0o777).toBe(0o606);
});

it.skipIf(process.platform === 'win32')(
  'leaves the old file and no other where the system takes a part of the new one',
  async () => {
    const path = join(newDir(), 'a');
    await writeWhole(path, 'old');
    const module = JSON.stringify(new URL('./write-whole.ts', import.meta.url).href);
    // A file that outgrows the limit is written up to it, as on a disk that fills up; then an error follows.
    const program = `import { writeWhole } from ${module};
      process.on('SIGXFSZ', () => {});
      await writeWhole(${JSON.stringify(path)}, new Uint8Array(2 ** 20)).catch((error) => console.log(error.code));`;
    const limited = ['-c', 'ulimit -f 100 && exec "$@"', 'sh', process.execPath];
    const { stdout } = spawnSync('sh', [
      ...limited,
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      program,
    ]);
    expect(String(stdout).trim()).toBe('EFBIG');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(path, '..'))).toEqual(['a']);
  },
);
