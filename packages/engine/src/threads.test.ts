import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { availableParallelism } from 'node:os';

import { describe, expect, it, vi } from 'vitest';

import { threads, useThreads } from './threads.ts';

describe('threads', () => {
  it.each([
    ['3', 3],
    ['', availableParallelism()],
    ['0', availableParallelism()],
    ['many', availableParallelism()],
  ])('of TF_NUM_INTRAOP_THREADS "%s" are %i', (said, count) => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', said);
    expect(threads()).toBe(count);
    vi.unstubAllEnvs();
  });
});

describe('useThreads', () => {
  it.each([0, -1, 1.5, NaN])('refuses %d', (count) => {
    expect(() => useThreads(count)).toThrow(
      new RangeError(`useThreads: count is ${count}, wanted a whole number of at least 1`),
    );
  });

  it('takes the number that TensorFlow has, and refuses another once it is loaded', async ({ signal }) => {
    const script = `
      const { useBackend, useThreads, threads } = await import('${new URL('./index.ts', import.meta.url).href}');
      useThreads(3);
      await useBackend('tensorflow');
      useThreads(3);
      try { useThreads(2); } catch (error) { console.log(threads() + ' ' + error.message); }`;
    const args = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const cwd = new URL('.', import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, signal });
    expect(stdout.trim()).toBe('3 useThreads: TensorFlow was loaded with 3 threads, wanted 2 before that');
  });
});
