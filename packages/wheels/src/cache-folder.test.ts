import { homedir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it, vi } from 'vitest';

import { cacheFolder } from './cache-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock('node:os');
  // Who comes after in this process is to find a home.
  vi.resetModules();
});

/** cacheFolder where the system answers as it does for a user that is a number without a name. */
async function withoutHome(): Promise<() => string> {
  vi.resetModules();
  vi.doMock('node:os', () => ({
    homedir: () => {
      throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)');
    },
  }));
  return (await import('./cache-folder.ts')).cacheFolder;
}

it.skipIf(process.platform !== 'linux')('is below XDG_CACHE_HOME, which needs no home', async () => {
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(cacheFolder()).toBe(join(homedir(), '.cache', 'dppo'));
  vi.stubEnv('XDG_CACHE_HOME', '/caches');
  expect(cacheFolder()).toBe(join('/caches', 'dppo'));
  expect((await withoutHome())()).toBe(join('/caches', 'dppo'));
});

it('says what is wanted where there is no home', async () => {
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, '');
  expect(await withoutHome()).toThrow('cacheFolder: this user has no home, wanted HOME or XDG_CACHE_HOME');
});
