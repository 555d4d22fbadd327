import { randomInt } from 'node:crypto';

import { aborted } from '../aborted.ts';
import type { Digest, Task, WorkerInfo } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';
import { PART, namesOf } from '../names.ts';
import type { Server } from '../server.ts';
import { alone } from './alone.ts';
import { connected } from './connected.ts';
import type { Ask } from './conversation.ts';
import { openDesk } from './desk.ts';
import { frame } from './frame.ts';
import { joining } from './joining.ts';
import { type Letter, letterOf } from './letter.ts';
import type { Said, Ticket } from './messages.ts';
import { emptyRounds } from './rounds.ts';
import { type Stored, emptyStored } from './stored.ts';

/** ms between two looks at who is silent or slow */
const LOOK = 50;
/** ms that the end of a run may take */
const END = 5000;

/** What the learner's thread is told first. */
export interface LearnerData {
  readonly server: Server;
  /** seconds after which a worker that says nothing counts as lost */
  readonly silence: number;
  /** The share of tasks that two workers have to compute. */
  readonly verify: number;
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

/** What there is once the learner is connected. */
interface Running {
  readonly stored: Stored;
  /** Looks at who is silent or slow, and gives out what there is. */
  readonly look: () => void;
  readonly say: (said: Said) => void;
  readonly end: () => Promise<void>;
}

/** The learner's connection, and who computes what: it answers workers whatever the learner's own thread does meanwhile. */
export function learnerLine(
  { server, silence, verify, first }: LearnerData,
  ask: Ask<LearnerSide>,
): LearnerLine {
  const names = namesOf(server.run);
  const rounds = emptyRounds({ silence: silence * 1000, alone: server.timeout * 1000 });
  const kept = new Map<Digest, Uint8Array>();
  const letters = new Map<string, readonly Letter[]>();
  /** Data of tasks that goes the way of shared bytes, by round. */
  const long = new Map<string, ReadonlyMap<Digest, Uint8Array>>();
  /** Rounds that nobody waits for any more, before they began. */
  const dropped = new Set<string>();
  /** Aborts where there is no server any more. */
  const gone = new AbortController();
  let running: Running | undefined;
  const join = joining(first && (async (worker, bytes) => ask('admit', worker, bytes)));
  const opening: Letter = { ...letterOf({ kind: '', shared: [], data: new Uint8Array(), ...first }, kept) };
  const letter = ({ round, index }: Ticket): Letter | undefined =>
    join.owns({ round, index }) ? opening : letters.get(round)?.[index];

  function mustBeThere(): void {
    if (gone.signal.aborted) throw away(gone.signal.reason);
  }

  async function put(name: Digest, bytes: Uint8Array): Promise<void> {
    mustBeThere();
    await running?.stored.put(name, bytes);
    mustBeThere();
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
    const unknown = forgotten.filter((name) => !known(name));
    if (unknown.length > 0) running?.say({ forget: unknown });
    for (const name of unknown) await running?.stored.remove(name);
  };

  return {
    share,
    forget,
    open: async () => {
      const hears = {
        gone: (error: Error) => {
          gone.abort(error);
          rounds.drop(away(error));
        },
        back: () => {},
      };
      const { nats, up } = await connected(server, 'learner', hears);
      await Promise.race([alone(nats, names, server.run), aborted(gone.signal)]);
      const stored = await Promise.race([emptyStored(nats, names, server), aborted(gone.signal)]);
      const assign = openDesk(nats, names, { rounds, joining: join, letter, restore, beat: silence / 3 });
      let told = '';
      const look = (): void => {
        const since = up();
        if (since !== undefined) rounds.expire(performance.now(), since);
        assign();
        const workers = rounds.workers();
        if (JSON.stringify(workers) !== told) void ask('changed', workers);
        told = JSON.stringify(workers);
      };
      const looking = setInterval(look, LOOK);
      const say = (said: Said): void => {
        if (!nats.isClosed()) nats.publish(names.said, frame(said));
      };
      const end = async (): Promise<void> => {
        clearInterval(looking);
        say({ over: true });
        const over = nats.flush().then(
          () => stored.end(),
          () => {},
        );
        await Promise.race([over, new Promise((resolve) => setTimeout(resolve, END))]);
        await nats.close();
      };
      say({ here: true });
      running = { stored, look, say, end };
    },
    map: async (round, tasks) => {
      mustBeThere();
      const written = tasks.map((task) => letterOf(task, kept));
      const data = new Map(
        tasks.flatMap((task) => (task.data.length > PART ? [[digestOf(task.data), task.data]] : [])),
      );
      long.set(round, data);
      try {
        for (const [name, bytes] of data) await put(name, bytes);
        if (dropped.delete(round)) throw new Error('natsCluster: these tasks were dropped');
        letters.set(round, written);
        // Drawn anew each time, and with the learner alone: no worker knows which of its results are compared.
        const todo = tasks.map(({ kind }) => ({ kind, twice: randomInt(1e9) < 1e9 * verify }));
        const results = new Promise<Uint8Array[]>((resolve, reject) => {
          rounds.begin(round, todo, performance.now(), { resolve, reject });
        });
        running?.look();
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
      return running?.end() ?? Promise.resolve();
    },
  };
}

/** What everyone who waits is told. */
function away({ message }: Error): Error {
  return new Error(`natsCluster: ${message}`);
}
