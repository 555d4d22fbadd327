import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { mujocoEngine, mujocoLibrary, mujocoWasm, provisionMujoco } from './index.ts';
import { downloading, fakeWheel } from '../test/fake-pip.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  vi.stubEnv('DPPO_LIBMUJOCO', undefined);
});
afterEach(() => void vi.unstubAllEnvs());

describe('mujocoEngine', () => {
  it('is WebAssembly where there is no library, or none is wanted', async () => {
    expect(await mujocoEngine(folder)).toBe(await mujocoWasm());
    vi.stubEnv('DPPO_LIBMUJOCO', '');
    expect(await mujocoEngine()).toBe(await mujocoWasm());
  });

  it('is WebAssembly where the library in the cache does not load', async () => {
    vi.stubEnv('PATH', folder);
    await downloading('whole.whl', folder);
    const path = await provisionMujoco({ cache: folder, wheel: fakeWheel('whole.whl') });
    await expect(mujocoLibrary({ path })).rejects.toThrow('does not load');
    expect(await mujocoEngine(folder)).toBe(await mujocoWasm());
  });

  it('fails where the library that DPPO_LIBMUJOCO names does not load', async () => {
    vi.stubEnv('DPPO_LIBMUJOCO', '/nowhere/libmujoco.so');
    await expect(mujocoEngine()).rejects.toThrow('mujocoLibrary: /nowhere/libmujoco.so does not load');
  });
});
