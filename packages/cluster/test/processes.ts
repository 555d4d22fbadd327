import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

import type { Cluster } from '../src/cluster.ts';

/** Starts one of the programs of this folder, from source; it ends with the test at the latest. */
export function program(name: string, ...words: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@dppo/source', '--import', 'tsx', path, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  return child;
}

/** Starts workers of a run, and waits until its learner has heard of them; their process ids. */
export async function workersOf(
  cluster: Cluster,
  url: string,
  run: string,
  count: number,
): Promise<number[]> {
  const children = Array.from({ length: count }, () => program('worker-program.ts', url, run));
  await expect.poll(() => cluster.workers()).toHaveLength(count);
  return children.map(({ pid = 0 }) => pid);
}
