import {
  closeSync,
  copyFileSync,
  constants,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { BEAT, codeOf, type Found, idIn, type LockOwner, ownerOf } from './lock-owner.ts';
import { thisProcess } from './process-identity.ts';

/** What one process has at a time. */
export interface Lock {
  /** @throws Error naming who took it over, as happens to a process that was asleep on another machine */
  readonly check: () => void;
  /** Lets go of it; harmless when called again. */
  readonly release: () => void;
}

/** How a lock is taken. */
export interface LockOptions {
  /** What is locked, in words. */
  readonly what: string;
  /** Hears whose lock was taken over. */
  readonly say: (sentence: string) => void;
  /** Waits for a sign of life of an owner on another machine before it is refused. */
  readonly patient?: boolean;
}

/**
 * Makes the file `path`, which names this process as its owner, and gives signs of life by writing to it.
 *
 * A lock whose owner is gone is taken over: its process has ended or, on another machine, gives no sign of life. Of several that
 * find it, one gets the lock on taking it over, which is `path` with the old one's id behind it; only that one may replace the old lock.
 *
 * @throws Error naming the owner, with nothing changed
 */
export async function lock(path: string, options: LockOptions): Promise<Lock> {
  const { what, say, patient = false } = options;
  for (;;) {
    const found = ownerOf(path);
    if (found === undefined) {
      const made = place(path, (written) => putNew(written, path));
      if (made !== undefined) return holding(made, what);
    } else if (!found.alive) {
      const claim = await claimed(`${path}.${found.id}`, what);
      if (claim === undefined) continue;
      try {
        if (ownerOf(path)?.id !== found.id) continue;
        const made = place(path, (written) => renameSync(written, path));
        if (made === undefined) continue;
        say(`${what} was left by ${found.who}: taken over`);
        return holding(made, what);
      } finally {
        claim.release();
      }
    } else if (!patient || found.seen || (await showsLife(path, found))) {
      throw new Error(`${what} is in use by ${found.who}`);
    }
  }
}

/**
 * The lock on taking one over; undefined where another had it, whom the lock names now.
 *
 * @throws Error naming who has it, and keeps it for longer than that takes
 */
async function claimed(path: string, what: string): Promise<Lock | undefined> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await lock(path, { what, say: () => {} });
    } catch (error) {
      if (pauses === 50) throw error;
      await setTimeout(20);
      if (ownerOf(path) === undefined) return undefined;
    }
  }
}

/** @throws Error naming the owner of a lock, if it is alive */
export function checkFree(path: string, what: string): void {
  const found = ownerOf(path);
  if (found?.alive) throw new Error(`${what} is in use by ${found.who}`);
}

/** Waits for a sign of life of the one that was found, for as long as it does not count as gone. */
async function showsLife(path: string, { id, sign }: Found): Promise<boolean> {
  for (;;) {
    await setTimeout(1000);
    const now = ownerOf(path);
    if (now?.id !== id || !now.alive) return false;
    if (now.sign > sign) return true;
  }
}

/** Writes who has the lock beside it, and lets `put` move that to its place; undefined where another was there before. */
function place(path: string, put: (written: string) => void): LockOwner | undefined {
  const owner = {
    ...thisProcess(),
    id: crypto.randomUUID(),
    since: new Date().toISOString(),
    path: join(realpathSync(dirname(path)), basename(path)),
  };
  const written = `${path}.${owner.id}`;
  writeFileSync(written, JSON.stringify(owner));
  try {
    put(written);
    return owner;
  } catch (error) {
    // The lock is there, or whoever got it cleared the folder.
    if (['EEXIST', 'ENOENT'].includes(codeOf(error))) return undefined;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/** At once and whole, by a link; where the file system has none, whoever reads at the same moment finds less than all. */
function putNew(written: string, path: string): void {
  try {
    linkSync(written, path);
  } catch (error) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(error))) throw error;
    copyFileSync(written, path, constants.COPYFILE_EXCL);
  }
}

function holding({ id, path }: LockOwner, what: string): Lock {
  const file = openSync(path, 'r+');
  const beat = setInterval(() => {
    try {
      // The first character again: the file says the same, and its time is that of the file system's clock.
      writeSync(file, '{', 0);
    } catch {
      // Another sign follows; what keeps a sign from being written keeps more important things, which tell.
    }
  }, BEAT * 1000).unref();
  let mine = true;
  const release = (): void => {
    if (!mine) return;
    mine = false;
    clearInterval(beat);
    closeSync(file);
    process.removeListener('exit', release);
    if (idIn(path) === id) rmSync(path, { force: true });
  };
  // An end by process.exit, or by an error that nobody caught, leaves no lock.
  process.on('exit', release);
  return {
    check: () => {
      if (idIn(path) !== id) checkFree(path, what);
    },
    release,
  };
}
