import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { changesFor } from './changes.ts';
import { whole } from './containers.ts';
import { type Job, type Outcome, readApart } from './read-apart.ts';
import { type Sample, samples } from './samples.ts';

/** Files that are read by one process. */
const batch = 200;

/**
 * Reads every sample as it is and, `rounds` times, with other sizes than it has: each change is made to a part of the file, and to the file
 * as a whole. Files are left in `folder` where reading them failed.
 */
export async function fuzz({
  seed,
  rounds,
  folder,
}: {
  readonly seed: number;
  readonly rounds: number;
  readonly folder: string;
}): Promise<Outcome[]> {
  const all = await samples(join(folder, 'samples'));
  const outcomes: Outcome[] = [];
  let waiting: Job[] = [];
  const read = async (): Promise<void> => {
    outcomes.push(...(await readApart(waiting)));
    for (const { path, verdict } of outcomes.slice(-waiting.length))
      if (verdict === 'read' || verdict === 'refused')
        rmSync(dirname(path), { recursive: true, force: true });
    waiting = [];
  };
  for (const sample of all) waiting.push(...jobsFor(sample, sample.bytes, join(folder, 'as-it-is')));
  for (const [i, sample] of all.entries()) {
    for (const [round, { place, change }] of changesFor(seed * all.length + i, rounds).entries()) {
      const { open, close } = round % 4 === 3 ? whole : sample.container;
      const parts = open(sample.bytes);
      const names = Object.keys(parts);
      const name = names[Math.floor(place * names.length)];
      const bytes = close({ ...parts, [name]: change(parts[name]) });
      waiting.push(...jobsFor(sample, bytes, join(folder, `${sample.file}-${round}`)));
      if (waiting.length >= batch) await read();
    }
  }
  await read();
  return outcomes;
}

/** A file for each of its readers, in a folder of its own, as some write to where they read. */
function jobsFor({ file, readers }: Sample, bytes: Uint8Array, folder: string): Job[] {
  return readers.map((reader) => {
    const path = join(folder, reader, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return { reader, path };
  });
}
