import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

import type { Compute, Digest } from './cluster.ts';
import { keptBytes } from './kept-bytes.ts';
import { openWorker } from './line/open-line.ts';
import { type ServerOptions, serverOf } from './server.ts';

/** How a worker reaches its learner. */
export interface ServeOptions extends ServerOptions {
  /** Its abort gives the task back and ends the serving. */
  readonly signal?: AbortSignal;
}

/** Tasks back to which a worker keeps the shared bytes. */
const KEPT = 8;

/**
 * Connects to the NATS server at `url` and computes the tasks of a run by `compute`, one at a time, until its learner closes it or
 * `signal` aborts; waits for a learner where there is none.
 *
 * @throws RangeError where URL or options are not as they must be, Error in one sentence where the server cannot be used, is away for
 * longer than `timeout`, or the learner refuses this worker
 */
export async function serve(
  url: string,
  compute: Compute,
  { signal, ...options }: ServeOptions,
): Promise<void> {
  const server = serverOf('serve', url, options);
  const kept = keptBytes(KEPT);
  // A subject too, so no two dots side by side.
  const host = hostname().match(/[\w-]+/g) ?? [];
  const worker = [...host, process.pid, randomBytes(3).toString('hex')].join('.');
  let stopping = new AbortController();
  const line = await openWorker(
    'serve',
    { server, worker },
    {
      compute: async (task) => {
        stopping = new AbortController();
        kept.begin(task.shared);
        const named = (name: Digest): Digest => {
          if (task.shared.includes(name)) return name;
          throw new RangeError(`${task.kind}: shared bytes ${name}, expected what the task names`);
        };
        const { signal: stop } = stopping;
        try {
          return new Uint8Array(
            await compute(task, async (name) => kept.get(named(name), () => line.ask('shared', name)), stop),
          );
        } finally {
          kept.end();
        }
      },
      forget: (names) => kept.forget(names),
      stop: () => stopping.abort(new Error('serve: nobody waits for this task any more')),
    },
  );
  const left = new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([line.ask('work'), left]);
  } catch (error) {
    throw new Error(`serve: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    stopping.abort(new Error('serve: this worker leaves'));
    await line.ask('leave');
    await line.end();
  }
}
