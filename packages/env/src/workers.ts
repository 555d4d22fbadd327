import { batch, checkCount, checkShapes, environmentError } from './batch.ts';
import type { Shapes } from './batch.ts';
import { Control, commands } from './protocol.ts';
import type { Start, WorkerData } from './protocol.ts';
import { vecEnv } from './vec-env.ts';
import type { VecEnv } from './vec-env.ts';

const fromSource = import.meta.url.endsWith('.ts');
// Not where it is used: bundlers would follow it there, and a page that needs no threads could not be bundled.
const entry = fromSource ? './source.worker.mjs' : './env.worker.js';
const options = {
  ...(fromSource && { execArgv: ['--conditions=@dppo/source'] }),
  // Steps leave little behind that lives: room for more of it would only be memory in use.
  resourceLimits: { maxYoungGenerationSizeMb: 4 },
};

/** A module of Node.js, without an import: bundlers for browsers would follow it, or refuse what they don't find. */
function builtin<Name extends 'node:os' | 'node:worker_threads'>(name: Name) {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (!found) throw new Error('workers: there are no worker threads of Node.js here; use vectorize');
  return found;
}

/** How many environments and threads `workers` makes. */
export interface WorkersOptions {
  /** environments, N */
  readonly count: number;
  /** threads; the results do not depend on it */
  readonly workers?: number;
  /** first argument of the module's default export; anything that can be cloned */
  readonly data?: unknown;
}

/**
 * N environments stepped in worker threads. `module` is imported in each of them; its default export,
 * `(data: unknown, index: number) => Env | Promise<Env>`, makes environment `index`. For the same seed
 * the results are those of `vectorize`, whatever the number of threads.
 *
 * When an environment throws, or its thread dies, the pending call rejects with an error that names the environment and its
 * seed, and all threads are closed. Idle threads do not keep the process alive.
 */
export async function workers(
  module: URL,
  {
    count,
    workers: threads = Math.min(builtin('node:os').availableParallelism(), count),
    data,
  }: WorkersOptions,
): Promise<VecEnv> {
  const { Worker } = builtin('node:worker_threads');
  checkCount('workers', 'count', count);
  checkCount('workers', 'workers', threads);
  const used = Math.min(threads, count);
  const control = new Int32Array(new SharedArrayBuffer(4 * (Control.Current + used)));
  const seeds = new Float64Array(new SharedArrayBuffer(8 * count)).fill(NaN);
  const made: Shapes[] = [];
  let known: readonly number[] | undefined;
  let closed: Promise<unknown> | undefined;
  let failure: Error | undefined;
  let pending: { resolve: () => void; reject: (error: Error) => void } | undefined;

  const pool = Array.from({ length: used }, (_, worker) => {
    const first = Math.floor((worker * count) / used);
    const last = Math.floor(((worker + 1) * count) / used);
    control[Control.Current + worker] = first;
    const workerData: WorkerData = { module: module.href, data, first, last, worker, control, seeds };
    const thread = new Worker(new URL(entry, import.meta.url), { ...options, workerData });
    thread.on('error', (error) => fail(worker, error));
    thread.on('exit', (code) => fail(worker, new Error(`its thread ended with exit code ${code}`)));
    thread.on('message', (shapes: readonly Shapes[] | null) => {
      shapes?.forEach((shape, i) => (made[first + i] = shape));
      if (shapes === null || made.filter(Boolean).length === count) pending?.resolve();
    });
    return thread;
  });

  function fail(worker: number, cause: unknown): void {
    if (closed !== undefined) return;
    const index = Atomics.load(control, Control.Current + worker);
    failure = environmentError(index, known?.[index], cause);
    void close();
  }

  /** Runs what makes the threads answer, and waits for their answer. */
  async function answer(ask: () => void): Promise<void> {
    if (failure !== undefined) throw failure;
    for (const thread of pool) thread.ref();
    await new Promise<void>((resolve, reject) => {
      pending = { resolve, reject };
      ask();
    }).finally(() => (pending = undefined));
    for (const thread of pool) thread.unref();
  }

  const command = (kind: number): Promise<void> =>
    answer(() => {
      Atomics.store(control, Control.Remaining, used);
      Atomics.store(control, Control.Command, kind);
      Atomics.add(control, Control.Generation, 1);
      Atomics.notify(control, Control.Generation);
    });

  async function close(): Promise<void> {
    closed ??= Promise.all(pool.map((thread) => thread.terminate()));
    await closed;
    pending?.reject(failure ?? new Error('workers: closed before the step or reset was over'));
  }

  try {
    await answer(() => {});
    const shapes = checkShapes('workers', made);
    const rows = batch(count, shapes, (bytes) => new SharedArrayBuffer(bytes));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    for (const thread of pool) thread.postMessage(rows satisfies Start);
    return vecEnv(count, shapes, {
      rows,
      reset: (given) => {
        known = given ?? known;
        seeds.set(given ?? new Float64Array(count).fill(NaN));
        return command(commands.reset);
      },
      step: () => command(commands.step),
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}
