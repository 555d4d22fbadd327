import type { Ticket } from './messages.ts';

/** What is known of a task before it is given to anyone. */
export interface Todo {
  readonly kind: string;
  /** Whether two workers have to compute it, with the same bytes. */
  readonly twice: boolean;
}

/** A task that is open. */
export interface Entry extends Todo {
  readonly ticket: Ticket;
  readonly holders: Set<string>;
  /** Workers on which it threw. */
  readonly threw: string[];
  /** Workers that were lost with it. */
  lost: number;
  /** The first of two results, and when there was last a worker, in ms, that could compute the second. */
  first?: { readonly worker: string; readonly bytes: Uint8Array; since: number };
  /** Whether it was given to a second worker for being slow. */
  again: boolean;
}

/** The entries of the tasks of a round. */
export function entriesOf(round: string, tasks: readonly Todo[]): Entry[] {
  return tasks.map((task, index) => ({
    ...task,
    ticket: { round, index },
    holders: new Set<string>(),
    threw: [],
    lost: 0,
    again: false,
  }));
}

/** Whether a task is for a worker: where it threw once, it is for another of those that are `known`, if there is one; a second result is never of the first worker. */
export function suits({ threw, first }: Entry, worker: string, known: readonly string[]): boolean {
  if (worker === first?.worker) return false;
  return !threw.includes(worker) || known.every((other) => threw.includes(other) || other === first?.worker);
}

/** Where the second result differs from the first; undefined: nowhere. */
export function difference(entry: Entry, worker: string, bytes: Uint8Array): string | undefined {
  const { first } = entry;
  if (!first || Buffer.compare(first.bytes, bytes) === 0) return undefined;
  const sizes = `${first.bytes.length} and ${bytes.length} bytes`;
  const at = bytes.findIndex((byte, i) => byte !== first.bytes[i]);
  const where = first.bytes.length === bytes.length ? `byte ${at} of ${bytes.length} is the first` : sizes;
  return `natsCluster: the result of ${named(entry)} differs between ${first.worker} and ${worker}: ${where}`;
}

/** Says so where there was no second worker for a second result for `alone` ms. */
export function withoutSecond(
  entry: Entry,
  known: readonly string[],
  { now, alone }: { readonly now: number; readonly alone: number },
): string | undefined {
  const { first } = entry;
  if (!first) return undefined;
  if (known.some((worker) => worker !== first.worker)) first.since = now;
  if (now - first.since <= alone) return undefined;
  const found = `${first.worker} has been the only one for ${alone / 1000} s, which is the timeout`;
  return `natsCluster: ${named(entry)} is to be computed by a second worker, and ${found}`;
}

/** A task as errors name it. */
export function named({ ticket, kind }: Entry): string {
  return `task ${ticket.index} (${kind})`;
}
