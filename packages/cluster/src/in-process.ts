import { aborted } from './aborted.ts';
import type { Cluster, Compute, Digest, Task } from './cluster.ts';
import { digestOf } from './digest-of.ts';

/** A cluster without a network: this process computes one task after another by `compute`, with the results that any other has. */
export function inProcess(compute: Compute): Cluster {
  const kept = new Map<Digest, Uint8Array>();
  const closing = new AbortController();
  let computed = 0;
  /** What is computed last; the next waits for it. */
  let last: Promise<unknown> = Promise.resolve();

  async function once(task: Task, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = await compute(task, async (name) => sharedOf(task, name, kept), signal);
    computed++;
    return bytes;
  }

  async function all(tasks: readonly Task[], signal: AbortSignal): Promise<Uint8Array[]> {
    const results: Uint8Array[] = [];
    for (const task of tasks) {
      signal.throwIfAborted();
      results.push(
        await once(task, signal).catch((error: unknown) => {
          if (signal.aborted) throw error;
          return once(task, signal);
        }),
      );
    }
    signal.throwIfAborted();
    return results;
  }

  return {
    share: async (bytes) => {
      closing.signal.throwIfAborted();
      const name = digestOf(bytes);
      if (!kept.has(name)) kept.set(name, new Uint8Array(bytes));
      return name;
    },
    forget: async (...names) => {
      for (const name of names) kept.delete(name);
    },
    map: async (tasks, { signal } = {}) => {
      const stop = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      stop.throwIfAborted();
      for (const task of tasks) for (const name of task.shared) sharedOf(task, name, kept);
      const results = last.then(() => all(tasks, stop));
      last = results.catch(() => {});
      return Promise.race([results, aborted(stop)]);
    },
    workers: () => [{ name: `${process.pid}`, computed }],
    close: async () => closing.abort(new Error('inProcess: this cluster is closed')),
  };
}

/** The shared bytes that a task names. */
function sharedOf(task: Task, name: Digest, kept: ReadonlyMap<Digest, Uint8Array>): Uint8Array {
  const bytes = task.shared.includes(name) ? kept.get(name) : undefined;
  if (!bytes)
    throw new RangeError(`${task.kind}: shared bytes ${name}, expected what the task names and share took`);
  return bytes;
}
