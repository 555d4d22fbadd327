import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import type { ProgressOptions } from './progress.ts';

/** Runs a task while no other process runs one with the same folder; the lock of a process that died expires in seconds. */
export async function locked<Result>(
  folder: string,
  task: (signal: AbortSignal) => Promise<Result>,
  { progress, signal }: ProgressOptions = {},
): Promise<Result> {
  await mkdir(folder, { recursive: true }).catch(unwritable(folder));
  const lost = new AbortController();
  const release = await acquire(folder, { progress, signal }, (error) => lost.abort(error));
  try {
    return await task(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

async function acquire(
  folder: string,
  { progress, signal }: ProgressOptions,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lock(folder, { lockfilePath: join(folder, 'lock'), onCompromised });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) unwritable(folder)(error);
      progress?.('waiting for another process that does the same');
      await setTimeout(500, undefined, signal ? { signal } : {});
    }
  }
}

function unwritable(folder: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${folder} cannot be written to: ${reason}`, { cause: error });
  };
}
