import { access, constants, mkdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { filesIn, lockName, unfinishedIn } from './folder-files.ts';
import { checkFree, lock } from './lock.ts';
import type { RunFolder } from './run-folder.ts';

/** A run folder that this process alone writes to. */
export interface OpenFolder extends RunFolder {
  /** @throws Error where another process has taken the folder over */
  readonly check: () => void;
  /** Lets another process open it; harmless when called again. */
  readonly close: () => void;
}

/** How a folder is opened. */
export interface Opening<Found> {
  /** Hears that the folder was taken over from a process that is gone. */
  readonly say: (sentence: string) => void;
  /** Finds what is in the folder, and throws where that is not as it should be; changes nothing. */
  readonly check: () => Found | Promise<Found>;
  /** Waits for a sign of life of a process on another machine before it is refused. */
  readonly patient?: boolean;
}

/**
 * Opens the folder of a run, making it where it is not there: locks it, checks it, and clears what a killed process left unfinished.
 *
 * @throws Error naming the process that has it, or the folder that cannot be written to, or of `check`; with nothing changed
 */
export async function openFolder<Found>(
  dir: string,
  { check, ...options }: Opening<Found>,
): Promise<OpenFolder & { readonly found: Found }> {
  const made = await writable(dir);
  const path = join(dir, lockName);
  try {
    const { check: checkOwn, release } = await lock(path, { what: `The folder ${dir}`, ...options });
    try {
      const found = await check();
      await Promise.all(unfinishedIn(dir).map((name) => rm(join(dir, name), { force: true })));
      return { dir, found, check: checkOwn, close: release };
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    if (made !== undefined) await unmake(dir, made);
    throw error;
  }
}

/** Opens a new folder: the given one, which is empty or made, or RUNS/NAME-DATE-TIME. */
export async function createRunFolder(
  dir: string | undefined,
  name: string,
  {
    say = () => {},
    patient = false,
    runs = 'runs',
    now = new Date(),
  }: {
    readonly say?: (sentence: string) => void;
    readonly patient?: boolean;
    readonly runs?: string;
    readonly now?: Date;
  } = {},
): Promise<OpenFolder> {
  if (dir !== undefined) return openFolder(dir, { say, patient, check: () => checkEmpty(dir) });
  if (name === '' || name !== basename(name)) {
    throw new RangeError(`createRunFolder: name "${name}", wanted a file name`);
  }
  return openFolder(await newFolder(join(runs, `${name}-${timestamp(now)}`)), { say, check: () => {} });
}

/** Does what follows the opening of a folder, and closes it where that fails. */
export async function orClosed<Result>(folder: OpenFolder, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** @throws Error naming the process that has the folder of a run; where there is no such folder, nobody has */
export function checkNotInUse(dir: string): void {
  checkFree(join(dir, lockName), `The folder ${dir}`);
}

/** @throws Error where there are files of others in a folder */
export function checkEmpty(dir: string): void {
  const files = filesIn(dir);
  if (files.length === 0) return;
  throw new Error(
    `The folder ${dir} is not empty (${files.length} files, such as ${files[0]}). ` +
      'Nothing is overwritten: choose another folder, or move this one away.',
  );
}

/** Makes the folder where it is not there, and gives the first that was made. */
async function writable(dir: string): Promise<string | undefined> {
  try {
    const made = await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The folder ${dir} cannot be written to: ${reason}`, { cause: error });
  }
}

/** Takes away the folders from `dir` up to the first that was made, as far as they are empty. */
async function unmake(dir: string, made: string): Promise<void> {
  for (let each = resolve(dir); each.length >= made.length; each = dirname(each)) {
    await rmdir(each).catch(() => {});
  }
}

/** Makes a folder of this name, or with -2, -3 … where runs that start in the same second have taken it. */
async function newFolder(wanted: string): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  for (let n = 1; ; n++) {
    const dir = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      await mkdir(dir);
      return dir;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** Local time as 2026-01-31-09-05-00, which sorts by age and is a file name everywhere. */
function timestamp(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}
