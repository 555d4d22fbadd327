import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import { describeProcess, isRunning, processIdentity } from './process-identity.ts';

/** Seconds between two signs of life of an owner. */
export const BEAT = 15;

/** Seconds without one after which an owner on another machine counts as gone. */
const GONE = 120;

/** What a lock says. */
const lockOwner = processIdentity.extend({
  id: z.uuid(),
  since: z.iso.datetime(),
  /** Where the lock was made. */
  path: z.string(),
});

export type LockOwner = z.output<typeof lockOwner>;

/** Whose a lock is. */
export interface Found {
  readonly id: string;
  /** The owner in words. */
  readonly who: string;
  readonly alive: boolean;
  /** Whether its process can be seen from here; if not, signs of life tell. */
  readonly seen: boolean;
  /** When the last sign of life was, milliseconds by the clock of the file system. */
  readonly sign: number;
}

/** Whose the lock `path` is; undefined where there is none. */
export function ownerOf(path: string): Found | undefined {
  const read = contents(path);
  if (read === undefined) return undefined;
  const { sign } = read;
  const parsed = lockOwner.safeParse(parsedJson(read.text));
  const running = parsed.success && (isCopy(path, parsed.data) ? false : isRunning(parsed.data));
  if (parsed.success && running !== undefined) {
    return { id: parsed.data.id, who: inWords(parsed.data), alive: running, seen: true, sign };
  }
  const silent = (clockOf(path) - sign) / 1000;
  const words = parsed.success ? inWords(parsed.data) : `a process that ${path} does not name`;
  return {
    id: parsed.data?.id ?? 'unreadable',
    who: `${words}, last sign of life ${silent.toFixed(0)} s ago; it counts as gone after ${GONE} s without one`,
    alive: silent < GONE,
    seen: false,
    sign,
  };
}

/** The id in a lock; undefined where there is none. */
export function idIn(path: string): string | undefined {
  return lockOwner.safeParse(parsedJson(contents(path)?.text ?? '')).data?.id;
}

/** The system's code of an error; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function inWords(owner: LockOwner): string {
  return `${describeProcess(owner)} since ${owner.since}`;
}

/** Of an opened file: of a name, a network file system may remember an older answer. */
function contents(path: string): { readonly text: string; readonly sign: number } | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    // Whoever makes a lock makes no link: one that leads nowhere is not "none", or it would be waited for without end.
    if (codeOf(error) === 'ENOENT' && !isLink(path)) return undefined;
    throw aboutFile(path, error);
  }
  try {
    if (!fstatSync(file).isFile()) throw aboutFile(path, 'is no file, wanted the lock of a run or nothing');
    return { text: readFileSync(file, 'utf8'), sign: fstatSync(file).mtimeMs };
  } finally {
    closeSync(file);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A lock of which only the name was made.
  }
}

/** What the clock that stamps the files beside a lock shows now, milliseconds. */
function clockOf(path: string): number {
  const file = `${path}.${crypto.randomUUID()}`;
  try {
    writeFileSync(file, '');
    return statSync(file).mtimeMs;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Whether a lock came with a copy of its folder: its owner, which is alive, holds another file. */
function isCopy(path: string, owner: LockOwner): boolean {
  try {
    if (owner.path === realpathSync(path) || idIn(owner.path) !== owner.id) return false;
    return statSync(owner.path).ino !== statSync(path).ino;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false; // Let go of since it was read.
    throw error;
  }
}
