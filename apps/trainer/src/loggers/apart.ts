import { setTimeout } from 'node:timers/promises';

import { backlog, type Entry } from './backlog.ts';
import type { Logger } from './logger.ts';

/** Thrown by a logger where calling it again with the same would not help. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** How much waits for a logger, and how long it is waited for. */
export interface ApartOptions {
  /** Bytes that wait, about; beyond them the oldest entries are dropped. */
  readonly most?: number;
  /** Milliseconds until a call that failed is made again; twice as many after each failure, up to a minute. */
  readonly pause?: number;
  /** Milliseconds that closing waits without anything being taken. */
  readonly patience?: number;
}

const longestPause = 60_000;

/** How often a text, a picture or a file is told. */
const mostTries = 4;

/**
 * The logger as one that no run waits for: it is called while the run goes on, one call after the other, and again with the same where
 * it throws, with rows until it takes them. What waits is bounded; what is dropped is counted and said.
 *
 * Only `close` waits for it, for as long as it takes anything.
 */
export function apart(
  logger: Logger,
  say: (sentence: string) => void,
  { most = 2 ** 25, pause = 1000, patience = 30_000 }: ApartOptions = {},
): Required<Logger> {
  const entries = backlog(most);
  const tell = (sentence: string): void => say(`logger ${logger.name}: ${sentence}`);
  const [closing, over] = [new AbortController(), new AbortController()];
  let working: Promise<void> | undefined;
  let [inHand, missing, taken] = [0, 0, 0];

  const miss = (count: number, why: string): void => {
    if (count > 0 && missing === 0) tell(why);
    missing += count;
  };
  const rest = async (failures: number): Promise<void> => {
    const time = Math.min(longestPause, pause * 2 ** failures);
    const { signal } = closing.signal.aborted ? over : closing;
    // A process that is over does not wait for it.
    await setTimeout(time, undefined, { ref: false, signal }).catch(() => {});
  };
  const deliver = async (some: readonly Entry[]): Promise<void> => {
    for (let failures = 0; !over.signal.aborted; failures++) {
      try {
        await handOver(logger, some);
        taken = Date.now();
        const gap = missing > 0 ? `, ${missing} entries are missing` : '';
        if (failures > 0 || missing > 0) tell(`takes what it is told again${gap}`);
        missing = 0;
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // What is no row may fail for reasons of its own, and rows wait behind it.
        const isLast = failures + 1 === mostTries && 'call' in some[0];
        if (error instanceof RefusedError || isLast) return miss(some.length, `${reason}; left out`);
        if (failures === 0) tell(`${reason}; the run goes on, and it is told again later`);
        await rest(failures);
      }
    }
  };
  const work = async (): Promise<void> => {
    for (let some = entries.take(); some.length > 0; some = entries.take()) {
      inHand = some.length;
      await deliver(some);
    }
    inHand = 0;
    working = undefined;
  };
  const add = (entry: Entry): void => {
    if (closing.signal.aborted) return;
    const count = entries.add(entry);
    miss(count, `${most} bytes wait for it; the oldest are dropped until it takes some`);
    working ??= work();
  };
  const call = (bytes: number, made: () => void | Promise<void>): void => add({ call: made, bytes });
  return {
    name: logger.name,
    scalars: (rows) => {
      for (const row of rows) add({ row });
    },
    text: (name, text, step) => call(2 * text.length, () => logger.text?.(name, text, step)),
    image: (name, picture, step) => call(picture.bytes.length, () => logger.image?.(name, picture, step)),
    file: (path) => call(0, () => logger.file?.(path)),
    close: async (ending) => {
      call(0, () => logger.close?.(ending));
      closing.abort();
      taken = Date.now();
      for (;;) {
        if (working === undefined)
          return missing > 0 ? tell(`${missing} entries are missing there`) : undefined;
        const left = taken + patience - Date.now();
        if (left <= 0) break;
        await waited(left, working);
      }
      over.abort();
      const left = inHand + entries.count() + missing;
      tell(`took nothing for ${patience / 1000} s; ${left} entries are missing there`);
    },
  };
}

/** Waits so long, or for the work to end. */
async function waited(milliseconds: number, work: Promise<void>): Promise<void> {
  const ended = new AbortController();
  const { signal } = ended;
  await Promise.race([work, setTimeout(milliseconds, undefined, { signal }).catch(() => {})]);
  ended.abort();
}

async function handOver(logger: Logger, entries: readonly Entry[]): Promise<void> {
  const rows = entries.flatMap((entry) => ('row' in entry ? [entry.row] : []));
  if (rows.length > 0) await logger.scalars?.(rows);
  for (const entry of entries) if ('call' in entry) await entry.call();
}
