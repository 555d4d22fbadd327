import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Progress } from '@dppo/wheels';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { checkMujocoLibrary, findMujocoLibrary, provisionMujoco } from './index.ts';
import { downloading, fakeWheel, installPip } from '../test/fake-pip.ts';

let folder = '';
let cache = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  cache = join(folder, 'cache');
  vi.stubEnv('PATH', folder);
});
afterEach(() => void vi.unstubAllEnvs());

/** Flips a bit in the midst of a file. */
async function changeByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(path, bytes);
}

const manifestBeside = (path: string): string => join(dirname(path), 'dppo-manifest.txt');

describe('provisionMujoco', () => {
  it('keeps the library and its licences, where findMujocoLibrary finds it', async () => {
    vi.stubEnv('DPPO_LIBMUJOCO', undefined);
    await downloading('whole.whl', folder);
    expect(findMujocoLibrary(cache)).toBeUndefined();
    const path = await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') });
    expect(findMujocoLibrary(cache)).toBe(path);
    expect(await readFile(path, 'utf8')).toMatch(/^bytes of mujoco\/libmujoco/);
    expect((await readdir(dirname(path))).toSorted()).toEqual([
      'LICENSE',
      'LICENSES_THIRD_PARTY.md',
      'dppo-manifest.txt',
      expect.stringMatching(/^libmujoco\..*3\.14\.0/),
    ]);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it('needs no pip the second time', async () => {
    await downloading('whole.whl', folder);
    const path = await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') });
    await rm(join(folder, 'pip'));
    expect(await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') })).toBe(path);
  });

  it('downloads once for two that ask at the same time', async () => {
    await downloading('whole.whl', folder);
    const asking = { cache, wheel: fakeWheel('whole.whl') };
    const [a, b] = await Promise.all([provisionMujoco(asking), provisionMujoco(asking)]);
    expect(a).toBe(b);
    expect(await readFile(join(folder, 'began'), 'utf8')).toBe('\n');
  });

  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['the library is missing', (path) => rm(path), /3\.14\.0\S* is missing$/],
    ['the library is empty', (path) => truncate(path, 0), /has 0 bytes, wanted \d+$/],
    ['the library is cut off', (path) => truncate(path, 10), /has 10 bytes, wanted \d+$/],
    ['one byte is another', changeByte, /has SHA-256 \w+, wanted \w+$/],
    ['a licence is another', (path) => changeByte(join(dirname(path), 'LICENSE')), /LICENSE has SHA-256/],
    ['a folder stands in its place', (path) => rm(path).then(() => mkdir(path)), /is not a file$/],
    ['a link there leads nowhere', (path) => rm(path).then(() => symlink('/nowhere', path)), /is missing$/],
    ['the manifest is missing', (path) => rm(manifestBeside(path)), /dppo-manifest\.txt is missing$/],
    ['the manifest is damaged', (path) => truncate(manifestBeside(path), 10), /manifest\.txt is damaged/],
  ])('gets anew what it has kept where %s, and says so', async (_, damage, reason) => {
    await downloading('whole.whl', folder);
    const wheel = fakeWheel('whole.whl');
    const path = await provisionMujoco({ cache, wheel });
    await damage(path);
    const progress = vi.fn<Progress>();
    expect(await provisionMujoco({ cache, wheel, progress })).toBe(path);
    expect(progress.mock.calls[0]).toEqual([expect.stringMatching(/^mending what is kept of MuJoCo, as /)]);
    expect(progress.mock.calls[0][0]).toMatch(reason);
    await checkMujocoLibrary(path);
    expect(await readFile(path, 'utf8')).toMatch(/^bytes of mujoco/);
    expect(await readdir(cache)).toHaveLength(1);
    expect(await readFile(join(folder, 'began'), 'utf8')).toBe('\n\n');
  });

  it('mends once for two that find the same damage', async () => {
    await downloading('whole.whl', folder);
    const asking = { cache, wheel: fakeWheel('whole.whl') };
    const path = await provisionMujoco(asking);
    await truncate(path, 10);
    await Promise.all([provisionMujoco(asking), provisionMujoco(asking)]);
    await checkMujocoLibrary(path);
    expect(await readFile(join(folder, 'began'), 'utf8')).toBe('\n\n');
  });

  it('leaves what is damaged where it cannot be got anew, and says why', async () => {
    await downloading('whole.whl', folder);
    const path = await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') });
    await truncate(path, 10);
    await installPip(folder, 'echo ERROR: No space left on device >&2; exit 1');
    await expect(provisionMujoco({ cache, wheel: fakeWheel('whole.whl') })).rejects.toThrow(
      'No space left on device',
    );
    expect((await stat(path)).size).toBe(10);
    await expect(checkMujocoLibrary(path)).rejects.toThrow(/has 10 bytes, wanted \d+$/);
  });

  it('refuses a wheel whose files are not the known ones', async () => {
    await downloading('whole.whl', folder);
    const wheel = { ...fakeWheel('whole.whl'), contents: 'other' };
    await expect(provisionMujoco({ cache, wheel })).rejects.toThrow(
      /was unpacked to has SHA-256 \w+, wanted other$/,
    );
    expect(await readdir(cache)).toEqual([]);
  });

  it('says which folder cannot be written to', async () => {
    await writeFile(cache, 'no folder');
    await expect(provisionMujoco({ cache, wheel: fakeWheel('whole.whl') })).rejects.toThrow(
      `${cache} cannot be written to: EEXIST`,
    );
  });

  it('leaves nothing of a wheel that is not the expected one, or lacks the library', async () => {
    await downloading('half.whl', folder);
    const other = { ...fakeWheel('half.whl'), sha256: 'other' };
    await expect(provisionMujoco({ cache, wheel: other })).rejects.toThrow(/has SHA-256 .*, wanted other$/);
    await expect(provisionMujoco({ cache, wheel: fakeWheel('half.whl') })).rejects.toThrow('libmujoco');
    expect(await readdir(cache)).toEqual([]);
  });
});

describe('findMujocoLibrary', () => {
  it('takes the library that DPPO_LIBMUJOCO names before the one in the cache, and none where it is empty', async () => {
    await downloading('whole.whl', folder);
    await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') });
    vi.stubEnv('DPPO_LIBMUJOCO', '/elsewhere/libmujoco.so');
    expect(findMujocoLibrary(cache)).toBe('/elsewhere/libmujoco.so');
    vi.stubEnv('DPPO_LIBMUJOCO', '');
    expect(findMujocoLibrary(cache)).toBeUndefined();
  });
});

const isKept = process.env['DPPO_LIBMUJOCO'] === undefined && findMujocoLibrary() !== undefined;

it.runIf(isKept)('the library that this machine keeps is the known one', async () => {
  expect(await provisionMujoco()).toBe(findMujocoLibrary());
});
