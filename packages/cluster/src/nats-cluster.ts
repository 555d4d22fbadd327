import { randomUUID } from 'node:crypto';

import type { Cluster, Digest, Task, WorkerInfo } from './cluster.ts';
import { digestOf } from './digest-of.ts';
import { openLearner } from './line/open-line.ts';
import { type ServerOptions, serverOf } from './server.ts';

/** A task that each worker computes before any other. */
export interface Admission {
  /** What it computes; there are no shared bytes for it. */
  readonly task: Task;
  /** Why a `worker` whose `result` it is may compute nothing else; undefined: it may. */
  readonly check: (result: Uint8Array, worker: string) => string | undefined;
}

/** How a learner reaches its workers. */
export interface NatsClusterOptions extends ServerOptions {
  /** seconds after which a worker that says nothing counts as lost, and its task is given to another */
  readonly silence?: number;
  /** The share of tasks, 0 to 1, that a second worker computes too; `map` rejects where its bytes are others. */
  readonly verify?: number;
  /** What workers have to compute first. */
  readonly admission?: Admission;
}

const who = 'natsCluster';

/**
 * Connects the learner of a run to a NATS server with JetStream at `url`; its workers are all processes that `serve` the same run.
 * Workers may come, go, die and be slow, and the server may be away or lose what it has, at any time. The connection is in a thread of its own.
 *
 * @throws RangeError where URL or options are not as they must be, Error in one sentence where the server cannot be used or the run
 * has a learner; `map` and `share` reject where the server is away for longer than `timeout`
 */
export async function natsCluster(
  url: string,
  { silence = 30, verify = 0, admission, ...options }: NatsClusterOptions,
): Promise<Cluster> {
  const server = serverOf(who, url, options);
  if (!(silence > 0 && silence <= 1e6)) {
    throw new RangeError(`${who}: silence ${silence}, expected seconds above 0 and at most 1e6`);
  }
  if (!(verify >= 0 && verify <= 1)) {
    throw new RangeError(`${who}: verify ${verify}, expected a share between 0 and 1`);
  }
  let workers: readonly WorkerInfo[] = [];
  const line = await openLearner(
    who,
    { server, silence, verify, first: admission?.task },
    {
      admit: (worker, bytes) => admission?.check(bytes, worker),
      changed: (now) => {
        workers = now;
      },
    },
  );
  const sharing = new Map<Digest, Promise<void>>();
  let closed: Promise<void> | undefined;

  async function map(tasks: readonly Task[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    signal?.throwIfAborted();
    const round = randomUUID();
    const own = tasks.map(({ kind, shared, data }) => ({
      kind,
      shared: [...shared],
      data: new Uint8Array(data),
    }));
    const results = line.ask('map', round, own);
    if (!signal) return results;
    const drop = (): void => void line.ask('drop', round).catch(() => {});
    signal.addEventListener('abort', drop);
    try {
      return await results;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  return {
    share: async (bytes) => {
      const name = digestOf(bytes);
      const put = sharing.get(name) ?? line.ask('share', name, new Uint8Array(bytes));
      sharing.set(name, put);
      await put.catch((error: unknown) => {
        sharing.delete(name);
        throw error;
      });
      return name;
    },
    forget: async (...names) => {
      for (const name of names) sharing.delete(name);
      await line.ask('forget', names);
    },
    map: (tasks, { signal } = {}) => map(tasks, signal),
    workers: () => workers,
    close: () => {
      closed ??= line
        .ask('close')
        .catch(() => {})
        .then(line.end);
      return closed;
    },
  };
}
