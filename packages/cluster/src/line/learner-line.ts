import { errors } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';

import type { Digest, Task, WorkerInfo } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';
import { type Names, PART, namesOf } from '../names.ts';
import type { Server } from '../server.ts';
import { connected } from './connected.ts';
import type { Ask } from './conversation.ts';
import { type Letter, openDesk } from './desk.ts';
import { frame } from './frame.ts';
import { joining } from './joining.ts';
import type { Sized, Ticket } from './messages.ts';
import { emptyRounds } from './rounds.ts';
import { type Stored, emptyStored } from './stored.ts';

/** ms between two looks at who is silent or slow */
const LOOK = 50;
/** ms that another learner has to say that it is there */
const THERE = 1000;
/** ms that the end of a run may take */
const END = 5000;

/** What the learner's thread is told first. */
export interface LearnerData {
  readonly server: Server;
  /** seconds after which a worker that says nothing counts as lost */
  readonly silence: number;
  /** The task that is every worker's first, if there is one; it has no shared bytes. */
  readonly first: Task | undefined;
}

/** What the learner's thread can be asked. */
export interface LearnerLine {
  readonly open: () => Promise<void>;
  readonly share: (name: Digest, bytes: Uint8Array) => Promise<void>;
  readonly forget: (names: readonly Digest[]) => Promise<void>;
  readonly map: (round: string, tasks: readonly Task[]) => Promise<Uint8Array[]>;
  readonly drop: (round: string) => void;
  readonly close: () => Promise<void>;
}

/** What it asks the learner. */
export interface LearnerSide {
  readonly admit: (worker: string, bytes: Uint8Array) => string | undefined;
  readonly changed: (workers: WorkerInfo[]) => void;
}

/** The learner's connection, and who computes what: it answers workers whatever the learner's own thread does meanwhile. */
export function learnerLine({ server, silence, first }: LearnerData, ask: Ask<LearnerSide>): LearnerLine {
  const names = namesOf(server.run);
  const rounds = emptyRounds(silence * 1000);
  const kept = new Map<Digest, Uint8Array>();
  const letters = new Map<string, readonly Letter[]>();
  /** Data of tasks that goes the way of shared bytes, by round. */
  const long = new Map<string, ReadonlyMap<Digest, Uint8Array>>();
  /** Rounds that nobody waits for any more, before they began. */
  const dropped = new Set<string>();
  let gone: Error | undefined;
  let stored: Stored | undefined;
  let end = async (): Promise<void> => {};
  let look = (): void => {};
  const join = joining(first && (async (worker, bytes) => ask('admit', worker, bytes)));
  const opening: Letter = { ...letterOf({ kind: '', shared: [], data: new Uint8Array(), ...first }, kept) };
  const letter = ({ round, index }: Ticket): Letter | undefined =>
    join.owns({ round, index }) ? opening : letters.get(round)?.[index];

  async function put(name: Digest, bytes: Uint8Array): Promise<void> {
    if (gone) throw gone;
    await stored?.put(name, bytes);
    if (gone) throw gone;
  }

  const restore = async (name: Digest): Promise<boolean> => {
    const bytes = known(name);
    if (bytes) await put(name, bytes);
    return bytes !== undefined;
  };

  const known = (name: Digest): Uint8Array | undefined =>
    kept.get(name) ?? [...long.values()].find((data) => data.has(name))?.get(name);

  const share = async (name: Digest, bytes: Uint8Array): Promise<void> => {
    kept.set(name, bytes);
    await put(name, bytes);
  };

  const forget = async (forgotten: readonly Digest[]): Promise<void> => {
    for (const name of forgotten) kept.delete(name);
    await Promise.all(forgotten.filter((name) => !known(name)).map((name) => stored?.remove(name)));
  };

  return {
    share,
    forget,
    open: async () => {
      let fail = (_: Error): void => {};
      const lost = new Promise<never>((_, reject) => (fail = reject));
      lost.catch(() => {});
      const { nats, up } = await connected(server, 'learner', (error) => {
        gone ??= error;
        fail(gone);
        rounds.drop(gone);
      });
      await Promise.race([alone(nats, names, server.run), lost]);
      stored = await Promise.race([emptyStored(nats, names, server), lost]);
      const assign = openDesk(nats, names, { rounds, joining: join, letter, restore, beat: silence / 3 });
      let told = '';
      look = (): void => {
        const since = up();
        if (since !== undefined) rounds.expire(performance.now(), since);
        assign();
        const workers = rounds.workers();
        if (JSON.stringify(workers) !== told) void ask('changed', workers);
        told = JSON.stringify(workers);
      };
      const looking = setInterval(look, LOOK);
      end = async () => {
        clearInterval(looking);
        nats.publish(names.said, frame({ over: true }));
        const over = nats.flush().then(
          () => stored?.end(),
          () => {},
        );
        await Promise.race([over, new Promise((resolve) => setTimeout(resolve, END))]);
        await nats.close();
      };
    },
    map: async (round, tasks) => {
      if (gone) throw gone;
      const written = tasks.map((task) => letterOf(task, kept));
      const data = new Map(
        tasks.flatMap((task) => (task.data.length > PART ? [[digestOf(task.data), task.data]] : [])),
      );
      long.set(round, data);
      try {
        for (const [name, bytes] of data) await put(name, bytes);
        if (dropped.delete(round)) throw new Error('natsCluster: these tasks were dropped');
        letters.set(round, written);
        const kinds = tasks.map(({ kind }) => kind);
        const results = new Promise<Uint8Array[]>((resolve, reject) => {
          rounds.begin(round, kinds, performance.now(), { resolve, reject });
        });
        look();
        return await results;
      } finally {
        letters.delete(round);
        long.delete(round);
        void forget([...data.keys()].filter((name) => !kept.has(name)));
      }
    },
    drop: (round) => {
      if (letters.has(round)) rounds.drop(new Error('natsCluster: these tasks were dropped'), round);
      else dropped.add(round);
    },
    close: () => {
      rounds.drop(new Error('natsCluster: closed before the tasks were done'));
      return end();
    },
  };
}

/** Refuses to be the second learner of a run. */
async function alone(nats: NatsConnection, names: Names, run: string): Promise<void> {
  const ask = async (): Promise<void> => {
    const isTaken = await nats.request(names.learner, '', { timeout: THERE }).then(
      () => true,
      (error: unknown) => {
        const isSilent = error instanceof errors.RequestError || error instanceof errors.TimeoutError;
        if (!isSilent) throw error;
        return false;
      },
    );
    if (isTaken)
      throw new Error(`run ${run} has a learner; expected another name, or to wait until it has ended`);
  };
  await ask();
  nats.subscribe(names.learner, { callback: (error, message) => void (error ?? message.respond()) });
  // Once more, for one that began at the same moment.
  await ask();
}

/** A task as it is sent; long data goes the way of shared bytes. */
function letterOf({ kind, shared, data }: Task, kept: ReadonlyMap<Digest, Uint8Array>): Letter {
  const isLong = data.length > PART;
  const sized = (name: Digest): Sized => {
    const bytes = kept.get(name);
    if (!bytes)
      throw new RangeError(`${kind}: shared bytes ${name}, expected what share took and nobody forgot`);
    return { name, bytes: bytes.length };
  };
  return {
    task: {
      kind,
      shared: shared.map(sized),
      data: isLong ? { name: digestOf(data), bytes: data.length } : null,
    },
    body: isLong ? new Uint8Array() : data,
  };
}
