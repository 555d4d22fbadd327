import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type Demonstrations, readDemonstrations, writeDemonstrations } from '@dppo/data';

import { wholePaths } from '../options/option-layers.ts';
import { beginStretch } from '../runs/history.ts';
import type { Machine } from '../runs/machine.ts';
import { createRunFolder, type OpenFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { fileIn, type RunFolder, writeConfig } from '../runs/run-folder.ts';
import { saidFinished } from '../runs/stoppable.ts';
import { written } from '../runs/written.ts';
import { firstOf } from './demonstrations.ts';
import { writeScaled } from './write-scaled.ts';

/** Opens the folder of a recording, a new one or the one that the options go on with; undefined where that has finished. */
export async function openRecording(
  command: string,
  options: {
    readonly outDir: string;
    readonly resume?: string | undefined;
    readonly autoResume?: boolean | undefined;
  },
  on: Machine,
  say: (line: string) => void,
  check: (dir: string) => Promise<void> = async () => {},
): Promise<OpenFolder | undefined> {
  const { outDir, resume, autoResume: patient = false } = options;
  const folder = await (resume === undefined
    ? createRunFolder(outDir, command, { say, patient })
    : openFolder(resume, { say, patient, check: () => check(resume) }));
  if (existsSync(fileIn(folder, names[1])) && saidFinished(folder, say)) return undefined;
  return orClosed(folder, async () => {
    await writeConfig(folder, recordingConfig(options));
    await beginStretch(folder.dir, on, say);
    return folder;
  });
}

/** The options as config.yaml in the folder of a recording has them. */
export function recordingConfig(options: object): object {
  return { ...wholePaths(options, '.'), outDir: '.', resume: undefined, autoResume: undefined };
}

/** Where a recording is kept until it is whole, in the robot's units. */
const partsOf = (folder: RunFolder): string => fileIn(folder, 'parts');
const partFile = (folder: RunFolder, index: number): string => join(partsOf(folder), `${index}.npz`);

/** What pre-training reads; the second one is there where both are. */
const names = ['normalization.npz', 'train.npz'] as const;

/** How a recording is made. */
export interface Recording {
  /** Makes the part of this number, the same one whenever it is asked for; undefined where those `before` it are enough. */
  readonly part: (index: number, before: readonly Demonstrations[]) => Promise<Demonstrations | undefined>;
  /** How many of the episodes in all parts are taken. */
  readonly episodes: (parts: readonly Demonstrations[]) => number;
}

/**
 * Records demonstrations part by part and keeps each in the folder, so that a recording that was stopped or killed goes on with the part
 * that was under way; in the end writes what pre-training reads, in the reference's format: train.npz, scaled by the ranges in
 * normalization.npz. Where they are there already, they are what it gives.
 */
export async function record(folder: OpenFolder, { part, episodes }: Recording): Promise<Demonstrations> {
  const train = fileIn(folder, names[1]);
  if (!existsSync(train)) {
    await mkdir(partsOf(folder), { recursive: true });
    const parts = await recordParts(folder, part);
    await finish(folder, firstOf(parts, episodes(parts)));
  }
  await rm(partsOf(folder), { recursive: true, force: true });
  return readDemonstrations(train);
}

async function recordParts(folder: OpenFolder, next: Recording['part']): Promise<Demonstrations[]> {
  const parts: Demonstrations[] = [];
  while (existsSync(partFile(folder, parts.length)))
    parts.push(await readDemonstrations(partFile(folder, parts.length)));
  for (;;) {
    const part = await next(parts.length, parts);
    if (part === undefined) return parts;
    folder.check();
    const file = partFile(folder, parts.length);
    await written(file, writeDemonstrations(file, part));
    parts.push(part);
  }
}

/** Both files are made beside and then renamed, train.npz last. */
async function finish(folder: OpenFolder, demonstrations: Demonstrations): Promise<void> {
  const [ranges, train] = names.map((name) => join(partsOf(folder), name));
  await writeScaled(demonstrations, { ranges, train });
  folder.check();
  for (const name of names) await rename(join(partsOf(folder), name), fileIn(folder, name));
}
