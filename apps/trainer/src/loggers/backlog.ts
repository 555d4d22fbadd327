import type { Scalars } from './logger.ts';

/** What waits to be told: a row of numbers, or else a call. */
export type Entry =
  | { readonly row: Scalars }
  | { readonly call: () => void | Promise<void>; readonly bytes: number };

/** Entries in order, within a bound of bytes. */
export interface Backlog {
  /** Adds one, and gives how many of the oldest were dropped for it. */
  readonly add: (entry: Entry) => number;
  /** Takes the first away, with the rows that follow it where it is one; none where there is none. */
  readonly take: () => Entry[];
  readonly count: () => number;
}

/** Rows that are taken at once. */
const together = 200;

/** An empty backlog that holds so many bytes; an entry of more alone. */
export function backlog(most: number): Backlog {
  let waiting: Entry[] = [];
  let size = 0;
  const remove = (count: number): Entry[] => {
    const removed = waiting.slice(0, count);
    waiting = waiting.slice(count);
    size -= removed.reduce((sum, entry) => sum + sizeOf(entry), 0);
    return removed;
  };
  return {
    add: (entry) => {
      waiting.push(entry);
      size += sizeOf(entry);
      let [count, excess] = [0, size - most];
      for (; excess > 0 && count < waiting.length - 1; count++) excess -= sizeOf(waiting[count]);
      return remove(count).length;
    },
    take: () => {
      const other = waiting.findIndex((entry) => !('row' in entry));
      return remove(other === 0 ? 1 : Math.min(together, other === -1 ? waiting.length : other));
    },
    count: () => waiting.length,
  };
}

/** Bytes in memory, about: of a row, its numbers with their names. */
function sizeOf(entry: Entry): number {
  return 'row' in entry ? 64 * (1 + Object.keys(entry.row.values).length) : 64 + entry.bytes;
}
