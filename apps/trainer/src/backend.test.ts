import { mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { findMujocoLibrary } from '@dppo/mujoco/library';
import { afterEach, expect, it, vi } from 'vitest';

import { startBackend, startThreads } from './backend.ts';

afterEach(() => void vi.unstubAllEnvs());

it('says that threads are for TensorFlow alone, and leaves the options as they are', async () => {
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '3');
  const said: string[] = [];
  const options = { backend: 'cpu', threads: 3, seed: 1 } as const;
  expect(await startThreads(options, (line) => said.push(line))).toBe(options);
  expect(said.at(-1)).toBe('--threads 3 is for the backend tensorflow: cpu computes without it');
});

it.runIf(process.platform === 'linux')(
  'says which library of MuJoCo is damaged and what mends it',
  async () => {
    vi.stubEnv('XDG_CACHE_HOME', mkdtempSync(join(tmpdir(), 'dppo-')));
    vi.stubEnv('DPPO_LIBMUJOCO', undefined);
    expect(await startBackend('cpu')).toBe('backend cpu');
    const path = join(
      process.env['XDG_CACHE_HOME']!,
      'dppo',
      `libmujoco-3.14.0-linux-${process.arch}`,
      'libmujoco.so.3.14.0',
    );
    await mkdir(dirname(path), { recursive: true });
    expect(findMujocoLibrary()).toBe(path);
    const said = (what: string): string =>
      `backend cpu; MuJoCo's library did not load: ${path} ${what}: run npx dppo-mujoco`;
    expect(await startBackend('cpu')).toBe(said('is missing'));
    await writeFile(path, '');
    await writeFile(join(dirname(path), 'dppo-manifest.txt'), `${'0'.repeat(64)} 3 libmujoco.so.3.14.0\n`);
    expect(await startBackend('cpu')).toBe(said('has 0 bytes, wanted 3'));
    vi.stubEnv('DPPO_LIBMUJOCO', '');
    expect(await startBackend('cpu')).toBe('backend cpu');
  },
);
