import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import { aboutFile, writeWhole } from '@dppo/files';
import { stringify } from 'yaml';
import { z } from 'zod';

import { readYaml } from '../options/yaml-file.ts';
import { machine, type Machine } from './machine.ts';

/** How a run ended: with what was asked for ("11 iterations in 8 minutes, as asked"), or before ("stopped by SIGINT"), or with an error. */
const ending = z.object({ state: z.enum(['finished', 'stopped', 'failed']), why: z.string() });

export type Ending = z.output<typeof ending>;

/** A run from its beginning, or from where it went on, to where it ended; without `end` while it goes on, or where it was killed. */
const stretch = z.object({
  began: z.iso.datetime(),
  machine,
  /** What is to be known about its numbers. */
  notes: z.array(z.string()).optional(),
  end: ending.extend({ at: z.iso.datetime() }).optional(),
});

export type Stretch = z.output<typeof stretch>;

/** Bytes of a history, of hundreds of stretches. */
const most = 2 ** 17;

const fileOf = (dir: string): string => join(dir, 'history.yaml');

/**
 * The stretches of the run in a folder, in order; none where there is no history.yaml.
 *
 * @throws Error naming the file where it is none of ours
 */
export function readHistory(dir: string): Stretch[] {
  const file = fileOf(dir);
  if (!existsSync(file)) return [];
  const name = `${file}: found no history of a run`;
  const parsed = z.array(stretch).safeParse(readYaml(file, name, most));
  if (!parsed.success) throw aboutFile(name, z.prettifyError(parsed.error));
  return parsed.data;
}

/** The stretches of the run in a folder; none, and a sentence that says why, where they cannot be read. */
export function toldHistory(dir: string): {
  readonly history: readonly Stretch[];
  readonly unreadable: readonly string[];
} {
  try {
    return { history: readHistory(dir), unreadable: [] };
  } catch (error) {
    return {
      history: [],
      unreadable: [`${error instanceof Error ? error.message : String(error)}; left out`],
    };
  }
}

/** Why the run in a folder finished; undefined where it did not, or its history cannot be read. */
export function finishOf(dir: string): string | undefined {
  // Of one that cannot be read, whoever goes on with the run tells.
  const end = toldHistory(dir).history.at(-1)?.end;
  return end?.state === 'finished' ? end.why : undefined;
}

/** Adds a stretch, which begins now on a machine; a history that cannot be read is kept beside the new one, and told. */
export async function beginStretch(
  dir: string,
  on: Machine,
  say: (line: string) => void,
  now = new Date(),
): Promise<void> {
  await write(dir, [...(await readableHistory(dir, say, now)), { began: now.toISOString(), machine: on }]);
}

async function readableHistory(dir: string, say: (line: string) => void, now: Date): Promise<Stretch[]> {
  try {
    return readHistory(dir);
  } catch (error) {
    const aside = `${fileOf(dir)}.unreadable-${now.getTime()}`;
    await rename(fileOf(dir), aside);
    say(`${error instanceof Error ? error.message : String(error)}; kept as ${aside}`);
    return [];
  }
}

/** Says how the latest stretch, which began in this folder, ended. */
export async function endStretch(dir: string, end: Ending, now = new Date()): Promise<void> {
  const stretches = readHistory(dir);
  const latest = stretches.at(-1);
  if (latest === undefined) throw new Error(`endStretch: found no stretch in ${dir}, wanted one that began`);
  const why = end.why.slice(0, mostOfWhy);
  await write(dir, [...stretches.slice(0, -1), { ...latest, end: { ...end, why, at: now.toISOString() } }]);
}

/** Says what is to be known about the numbers of the latest stretch in this folder, unless it says so already. */
export async function noteStretch(dir: string, notes: readonly string[]): Promise<void> {
  if (notes.length === 0) return;
  const stretches = readHistory(dir);
  const latest = stretches.at(-1);
  if (latest === undefined || (latest.notes?.length ?? 0) >= Math.min(notes.length, mostNotes)) return;
  const kept = notes.slice(0, mostNotes).map((note) => note.slice(0, mostOfWhy));
  await write(dir, [...stretches.slice(0, -1), { ...latest, notes: kept }]);
}

/** Notes of a stretch that are kept. */
const mostNotes = 10;

/** Stretches that are kept: the first and the latest of them, so that what is written can be read. */
const kept = 100;

/** Letters of a reason that are kept. */
const mostOfWhy = 500;

function write(dir: string, stretches: readonly Stretch[]): Promise<void> {
  const some = stretches.length > kept ? [stretches[0], ...stretches.slice(1 - kept)] : stretches;
  return writeWhole(fileOf(dir), stringify(some));
}
