import { access, appendFile, constants, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { writeWhole } from '@dppo/checkpoint';
import { stringify } from 'yaml';

import { written } from './written.ts';

/** The folder of one run: config.yaml, metrics.jsonl, and what else the run leaves. */
export interface RunFolder {
  readonly dir: string;
}

/**
 * Makes an empty folder: the given one, or RUNS/NAME-DATE-TIME.
 * Throws an Error where the folder exists and is not empty: no run overwrites another.
 */
export async function createRunFolder(
  dir: string | undefined,
  name: string,
  { runs = 'runs', now = new Date() }: { readonly runs?: string; readonly now?: Date } = {},
): Promise<RunFolder> {
  if (dir === undefined) {
    if (name === '' || name !== basename(name)) {
      throw new RangeError(`createRunFolder: name "${name}", wanted a file name`);
    }
    return newFolder(join(runs, `${name}-${timestamp(now)}`));
  }
  const files = await filesOf(dir);
  if (files.length > 0) {
    throw new Error(
      `The folder ${dir} is not empty (${files.length} files, such as ${files[0]}). ` +
        'Nothing is overwritten: choose another folder, or move this one away.',
    );
  }
  return { dir };
}

/** Makes the folder where it is not there, and lists it. */
async function filesOf(dir: string): Promise<string[]> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return await readdir(dir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The folder ${dir} cannot be written to: ${reason}`, { cause: error });
  }
}

/** Where a file of this name lies in the folder. */
export function fileIn({ dir }: RunFolder, name: string): string {
  return join(dir, name);
}

/** Writes config.yaml, atomically. */
export async function writeConfig(folder: RunFolder, config: object): Promise<void> {
  await writeWhole(fileIn(folder, 'config.yaml'), stringify(config));
}

/** Adds a line of JSON to metrics.jsonl; numbers that are not finite become null. */
export async function appendMetrics(folder: RunFolder, metrics: object): Promise<void> {
  const file = fileIn(folder, 'metrics.jsonl');
  await written(file, appendFile(file, `${JSON.stringify(metrics)}\n`));
}

/** Makes a folder of this name, or with -2, -3 … where runs that start in the same second have taken it. */
async function newFolder(wanted: string): Promise<RunFolder> {
  await mkdir(join(wanted, '..'), { recursive: true });
  for (let n = 1; ; n++) {
    const dir = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      await mkdir(dir);
      return { dir };
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
