import type { WorkerInfo } from '../cluster.ts';
import { type Entry, type Todo, difference, entriesOf, named, suits, withoutSecond } from './entry.ts';
import type { Ticket } from './messages.ts';

/** Workers that may be lost with one task before its round is given up. */
const LOST = 5;
/** The share of a round in whose time the rest is measured. */
const MOST = 0.6;

/** How a round ends. */
interface Settle {
  readonly resolve: (results: Uint8Array[]) => void;
  readonly reject: (error: Error) => void;
}

/** ms */
export interface Patience {
  /** How long a worker may say nothing. */
  readonly silence: number;
  /** How long there may be no second worker for a task that two have to compute. */
  readonly alone: number;
}

/** Who computes what: tasks in rounds, and workers that come, go, die and are slow; times are in ms. */
export interface Rounds {
  /** Queues the tasks of a round. */
  begin(round: string, tasks: readonly Todo[], now: number, settle: Settle): void;
  /** Ends a round, or all of them, with an error. */
  drop(error: Error, round?: string): void;
  /** The next task for a worker, which holds none now: one that waits, or one that is slow elsewhere. */
  claim(worker: string, now: number): Ticket | undefined;
  /** Takes note of a word of a worker. */
  hear(worker: string, now: number): void;
  /** Whether a result is waited for. */
  wants(ticket: Ticket): boolean;
  /** Takes the first result of a task, or the second to compare; any other is ignored. */
  take(worker: string, ticket: Ticket, bytes: Uint8Array, now: number): void;
  /** Gives a task that threw to another worker, or ends its round where it has done so twice. */
  fail(worker: string, ticket: Ticket, message: string): void;
  /** Forgets a worker, whose task goes to another. */
  leave(worker: string): void;
  /** Forgets workers that were silent for too long since they could be heard, from `since` on, and ends rounds that wait in vain for a second worker. */
  expire(now: number, since: number): void;
  /** Those that are known. */
  workers(): WorkerInfo[];
}

interface Round extends Settle {
  readonly began: number;
  readonly results: Uint8Array[];
  readonly open: Map<number, Entry>;
  /** ms in which most of it was done. */
  most?: number;
}

interface Known {
  heard: number;
  computed: number;
  holds?: Entry | undefined;
}

/** No rounds and no workers yet. */
export function emptyRounds({ silence, alone }: Patience): Rounds {
  const rounds = new Map<string, Round>();
  const known = new Map<string, Known>();
  let waiting: Entry[] = [];

  function heardOf(worker: string, now: number): Known {
    const one = known.get(worker) ?? { heard: now, computed: 0 };
    one.heard = now;
    known.set(worker, one);
    return one;
  }

  function entryOf({ round, index }: Ticket): Entry | undefined {
    return rounds.get(round)?.open.get(index);
  }

  function end(round: string): Round | undefined {
    const ended = rounds.get(round);
    rounds.delete(round);
    waiting = waiting.filter(({ ticket }) => ticket.round !== round);
    return ended;
  }

  function giveBack(worker: string): void {
    const one = known.get(worker);
    const entry = one?.holds;
    if (!entry) return;
    one.holds = undefined;
    entry.holders.delete(worker);
    if (entryOf(entry.ticket) && entry.holders.size === 0) waiting.unshift(entry);
  }

  function slow(worker: string, now: number): Entry | undefined {
    for (const { began, most, open } of rounds.values()) {
      if (most === undefined || now - began < 2 * most) continue;
      for (const entry of open.values()) {
        if (entry.again || entry.holders.has(worker) || !suits(entry, worker, [...known.keys()])) continue;
        entry.again = true;
        return entry;
      }
    }
    return undefined;
  }

  function leave(worker: string): void {
    giveBack(worker);
    known.delete(worker);
  }

  return {
    begin: (round, tasks, now, settle) => {
      const entries = entriesOf(round, tasks);
      const open = new Map(entries.map((entry) => [entry.ticket.index, entry]));
      rounds.set(round, { ...settle, began: now, results: [], open });
      waiting.push(...entries);
      if (tasks.length === 0) end(round)?.resolve([]);
    },
    drop: (error, round) => {
      for (const each of round === undefined ? [...rounds.keys()] : [round]) end(each)?.reject(error);
    },
    claim: (worker, now) => {
      giveBack(worker);
      const one = known.get(worker) ?? heardOf(worker, now);
      const at = waiting.findIndex((each) => suits(each, worker, [...known.keys()]));
      one.holds = at >= 0 ? waiting.splice(at, 1)[0] : slow(worker, now);
      one.holds?.holders.add(worker);
      return one.holds?.ticket;
    },
    hear: (worker, now) => void heardOf(worker, now),
    wants: (ticket) => entryOf(ticket) !== undefined,
    take: (worker, ticket, bytes, now) => {
      const one = heardOf(worker, now);
      const entry = entryOf(ticket);
      if (one.holds?.ticket.round === ticket.round && one.holds.ticket.index === ticket.index)
        one.holds = undefined;
      const round = rounds.get(ticket.round);
      if (!entry || !round || entry.first?.worker === worker) return;
      entry.holders.delete(worker);
      one.computed++;
      if (entry.twice && !entry.first) {
        entry.first = { worker, bytes, since: now };
        // Whoever has it already is the second worker.
        if (entry.holders.size === 0 && !waiting.includes(entry)) waiting.unshift(entry);
        return;
      }
      const differs = difference(entry, worker, bytes);
      if (differs !== undefined) {
        end(ticket.round)?.reject(new Error(differs));
        return;
      }
      round.open.delete(ticket.index);
      waiting = waiting.filter((each) => each !== entry);
      round.results[ticket.index] = bytes;
      const done = Object.keys(round.results).length;
      if (done >= MOST * (done + round.open.size)) round.most ??= now - round.began;
      if (round.open.size === 0) end(ticket.round)?.resolve(round.results);
    },
    fail: (worker, ticket, message) => {
      const entry = entryOf(ticket);
      // One that was given up, or says it again, does not count.
      if (!entry || known.get(worker)?.holds !== entry) return;
      entry.threw.push(worker);
      if (entry.threw.length > 1) {
        const on = [...new Set(entry.threw)].join(' and ');
        end(ticket.round)?.reject(new Error(`${message} (task ${ticket.index}, ${entry.kind}, on ${on})`));
      }
      giveBack(worker);
    },
    leave,
    expire: (now, since) => {
      for (const [worker, { heard, holds }] of known) {
        if (now - Math.max(heard, since) <= silence) continue;
        if (holds && ++holds.lost === LOST) {
          const what = `${named(holds)} was being computed by ${LOST} workers that were lost`;
          end(holds.ticket.round)?.reject(new Error(`natsCluster: ${what}, the last of them ${worker}`));
        }
        leave(worker);
      }
      for (const { open } of rounds.values()) {
        for (const entry of open.values()) {
          const why = withoutSecond(entry, [...known.keys()], { now, alone });
          if (why !== undefined) end(entry.ticket.round)?.reject(new Error(why));
        }
      }
    },
    workers: () => [...known].map(([name, { computed }]) => ({ name, computed })),
  };
}
