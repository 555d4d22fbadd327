import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeWhole } from '@dppo/files';

import { filesIn } from '../runs/folder-files.ts';
import { openFolder } from '../runs/open-folder.ts';
import { fileIn } from '../runs/run-folder.ts';
import type { Files } from './job-bytes.ts';

/** What a run goes on from, and what says how far the rest may be read. */
const last = 'last.safetensors';

/** The files of a run folder that no process has; none where the run has not begun. */
export async function readFolder(dir: string): Promise<Files> {
  if (!existsSync(dir)) return new Map();
  const names = filesIn(dir).toSorted();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name))] as const)),
  );
}

/** Makes a run folder have these files and no others; one that is ended within goes on from what it had before. */
export async function writeFolder(dir: string, files: Files): Promise<void> {
  const folder = await openFolder(dir, { say: () => {}, check: () => {} });
  try {
    const order = [...files].toSorted(([one], [other]) => Number(one === last) - Number(other === last));
    for (const [name, bytes] of order) await writeWhole(fileIn(folder, name), bytes);
    for (const name of filesIn(dir)) if (!files.has(name)) await rm(fileIn(folder, name), { force: true });
  } finally {
    folder.close();
  }
}
