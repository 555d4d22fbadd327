import { type Ending, endStretch, finishOf } from './history.ts';
import type { OpenFolder } from './open-folder.ts';
import { STOPPED, stopOnSignals } from './stop-signal.ts';

/** What goes on with a command that was stopped. */
export interface Stoppable {
  readonly command: string;
  readonly folder: OpenFolder;
  /** Keeps what is done so far, before the end of a command that was stopped or failed. */
  readonly save?: () => Promise<void>;
  /** Says in history.yaml how it ended. */
  readonly end?: (ending: Ending) => Promise<void>;
  readonly close?: () => Promise<void>;
}

/**
 * Works in an open folder until the end, a signal or an error, says in history.yaml which of them it was, and closes the folder; what was stopped
 * exits with {@link STOPPED}.
 *
 * @param work - what is done, with why it came to its end
 */
export async function untilStopped(
  stoppable: Stoppable,
  say: (line: string) => void,
  work: (signal: AbortSignal) => Promise<string>,
): Promise<void> {
  const { command, folder, save = async () => {}, close = async () => folder.close() } = stoppable;
  const ended = async (ending: Ending): Promise<void> => {
    folder.check();
    await endStretch(folder.dir, ending);
  };
  const { end = ended } = stoppable;
  const stop = stopOnSignals(say);
  const { signal } = stop;
  try {
    await end({ state: 'finished', why: await work(signal) });
    process.exitCode = 0;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!signal.aborted || error !== signal.reason) {
      // Where that cannot be written either, the first error says more.
      await save().catch(() => {});
      await end({ state: 'failed', why }).catch(() => {});
      throw error;
    }
    await save();
    await end({ state: 'stopped', why });
    say(`${why}; to go on: dppo ${command} --resume ${folder.dir}`);
    process.exitCode = STOPPED;
  } finally {
    stop.release();
    await close();
  }
}

/** Says that what is in an open folder finished before, and closes it; false where nothing says so. */
export function saidFinished(folder: OpenFolder, say: (line: string) => void): boolean {
  const why = finishOf(folder.dir);
  if (why === undefined) return false;
  folder.close();
  process.exitCode = 0;
  say(`finished already: ${why}`);
  return true;
}
