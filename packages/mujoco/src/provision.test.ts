import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { findMujocoLibrary, provisionMujoco } from './index.ts';
import { downloading, fakeWheel } from '../test/fake-pip.ts';

let folder = '';
let cache = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  cache = join(folder, 'cache');
  vi.stubEnv('PATH', folder);
});
afterEach(() => void vi.unstubAllEnvs());

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
      expect.stringMatching(/^libmujoco\..*3\.14\.0/),
    ]);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it('needs no pip the second time', async () => {
    await downloading('whole.whl', folder);
    const path = await provisionMujoco({ cache, wheel: fakeWheel('whole.whl') });
    await rm(join(folder, 'pip'));
    expect(await provisionMujoco({ cache })).toBe(path);
  });

  it('downloads once for two that ask at the same time', async () => {
    await downloading('whole.whl', folder);
    const asking = { cache, wheel: fakeWheel('whole.whl') };
    const [a, b] = await Promise.all([provisionMujoco(asking), provisionMujoco(asking)]);
    expect(a).toBe(b);
    expect(await readFile(join(folder, 'began'), 'utf8')).toBe('\n');
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
