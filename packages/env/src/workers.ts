import { batch, checkCount, checkShapes, environmentError } from './batch.ts';
import { Control, commands } from './protocol.ts';
import type { EnvState } from './env.ts';
import type { Answer, Made, Start, WorkerData } from './protocol.ts';
import { vecEnv } from './vec-env.ts';
import type { SavableStates, VecEnv } from './vec-env.ts';

const fromSource = import.meta.url.endsWith('.ts');
// Not where it is used: bundlers would follow it there, and a page that needs no threads could not be bundled.
const entry = fromSource ? './source.worker.mjs' : './env.worker.js';
const options = {
  ...(fromSource && { execArgv: ['--conditions=@dppo/source'] }),
  // Steps leave little behind that lives: room for more of it would only be memory in use.
  resourceLimits: { maxYoungGenerationSizeMb: 4 },
};

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE * 1000).unref());
}

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
  /** seconds after which a step or a reset of one environment counts as one that never returns; its making has 20 at least */
  readonly timeout?: number;
}

/** How often the threads are looked at within a timeout. */
const LOOKS = 20;

/** Seconds that threads have to start in at least. */
const START = 20;

/** Seconds that threads have to end in. */
const PATIENCE = 5;

/**
 * N environments stepped in worker threads. `module` is imported in each of them; its default export,
 * `(data: unknown, index: number) => Env | Promise<Env>`, makes environment `index`. For the same seed
 * the results are those of `vectorize`, whatever the number of threads.
 *
 * When an environment throws, or its thread dies, the pending call rejects with an error that names the environment and its
 * seed, and all threads are closed; so it does when one does not return within `timeout`. Idle threads do not keep the process alive.
 */
export async function workers(
  module: URL,
  {
    count,
    workers: threads = Math.min(builtin('node:os').availableParallelism(), count),
    data,
    timeout = 600,
  }: WorkersOptions,
): Promise<VecEnv> {
  const { Worker } = builtin('node:worker_threads');
  checkCount('workers', 'count', count);
  checkCount('workers', 'workers', threads);
  if (!(timeout > 0 && timeout <= 1e6))
    throw new RangeError(`workers: timeout is ${timeout}, wanted seconds above 0 and at most 1e6`);
  const used = Math.min(threads, count);
  const control = new Int32Array(new SharedArrayBuffer(4 * (Control.Current + used)));
  const seeds = new Float64Array(new SharedArrayBuffer(8 * count)).fill(NaN);
  /** by thread, as are the states */
  const made: (readonly Made[])[] = [];
  const saved: (readonly EnvState[])[] = [];
  let unanswered = used;
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
    thread.on('message', (told: Answer) => {
      if (told !== null && 'made' in told) made[worker] = told.made;
      if (told !== null && 'states' in told) saved[worker] = told.states;
      if (told === null || --unanswered === 0) pending?.resolve();
    });
    return { first, last, thread };
  });

  function fail(worker: number, cause: unknown): void {
    if (closed !== undefined) return;
    const at = Atomics.load(control, Control.Current + worker);
    const index = at < 0 ? ~at : at;
    failure = environmentError(index, known?.[index], cause);
    void close();
  }

  /** Fails where an environment is the same at so many looks: a pause of the whole process counts as one. */
  function look(name: string, seconds: number): NodeJS.Timeout {
    const seen = pool.map(() => ({ at: -1, looks: 0 }));
    return setInterval(
      () => {
        for (const [worker, before] of seen.entries()) {
          const at = Atomics.load(control, Control.Current + worker);
          const looks = at >= 0 && at === before.at ? before.looks + 1 : 0;
          seen[worker] = { at, looks };
          if (looks < LOOKS) continue;
          const wanted = 'a slower one needs a longer timeout (--env-timeout)';
          fail(worker, new Error(`${name} has not returned within ${seconds} s; ${wanted}`));
        }
      },
      (seconds * 1000) / LOOKS,
    );
  }

  /** Runs what makes the threads answer, and waits for their answer. */
  async function answer(name: string, seconds: number, ask: () => void): Promise<void> {
    if (failure !== undefined) throw failure;
    for (const { thread } of pool) thread.ref();
    const looking = look(name, seconds);
    await new Promise<void>((resolve, reject) => {
      pending = { resolve, reject };
      ask();
    }).finally(() => {
      pending = undefined;
      clearInterval(looking);
    });
    for (const { thread } of pool) thread.unref();
  }

  const command = (name: keyof typeof commands): Promise<void> =>
    answer(name, timeout, () => {
      Atomics.store(control, Control.Remaining, used);
      Atomics.store(control, Control.Command, commands[name]);
      Atomics.add(control, Control.Generation, 1);
      Atomics.notify(control, Control.Generation);
    });

  const states: SavableStates = {
    save: async () => {
      unanswered = used;
      await command('save');
      return saved.flat();
    },
    restore: (given) => {
      known = undefined;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      for (const { first, last, thread } of pool) thread.postMessage(given.slice(first, last));
      return command('restore');
    },
  };

  async function close(): Promise<void> {
    // A thread in native code that never returns cannot be ended.
    closed ??= Promise.race([Promise.all(pool.map(({ thread }) => thread.terminate())), patience()]);
    await closed;
    pending?.reject(failure ?? new Error('workers: closed before the step or reset was over'));
  }

  try {
    await answer('its making', Math.max(timeout, START), () => {});
    const all = made.flat();
    const shapes = checkShapes('workers', all);
    const rows = batch(count, shapes, (bytes) => new SharedArrayBuffer(bytes));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    for (const { thread } of pool) thread.postMessage(rows satisfies Start);
    return vecEnv(count, shapes, {
      rows,
      reset: (given) => {
        known = given ?? known;
        seeds.set(given ?? new Float64Array(count).fill(NaN));
        return command('reset');
      },
      step: () => command('step'),
      close,
      states: all.every(({ isSavable }) => isSavable) ? states : undefined,
    });
  } catch (error) {
    await close();
    throw error;
  }
}
