import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type Demonstrations, readDemonstrations, writeDemonstrations } from '@dppo/data';

import { openData } from '../data/read-data.ts';
import { wholePaths } from '../options/option-layers.ts';
import { beginStretch } from '../runs/history.ts';
import type { Machine } from '../runs/machine.ts';
import { createRunFolder, type OpenFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { fileIn, type RunFolder, writeConfig } from '../runs/run-folder.ts';
import { saidFinished } from '../runs/stoppable.ts';
import { written } from '../runs/written.ts';
import { recordedName, type RecordingFormat, writeRecorded } from './recorded-files.ts';

/** Where a recording goes, and how it is kept. */
interface RecordingOptions {
  readonly outDir: string;
  readonly format: RecordingFormat;
  /** Steps in a second, of LeRobot. */
  readonly fps?: number | undefined;
  readonly resume?: string | undefined;
  readonly autoResume?: boolean | undefined;
}

/** As films are played. */
const usualFps = 50;

/** Opens the folder of a recording, a new one or the one that the options go on with; undefined where that has finished. */
export async function openRecording(
  command: string,
  options: RecordingOptions,
  on: Machine,
  say: (line: string) => void,
  check: (dir: string) => Promise<void> = async () => {},
): Promise<OpenFolder | undefined> {
  const { outDir, format, resume, autoResume: patient = false } = options;
  const folder = await (resume === undefined
    ? createRunFolder(outDir, command, { say, patient })
    : openFolder(resume, { say, patient, check: () => check(resume) }));
  if (existsSync(fileIn(folder, recordedName(format))) && saidFinished(folder, say)) return undefined;
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

/** How a recording is made. */
export interface Recording {
  /** Makes the part of this number, the same one whenever it is asked for; undefined where the episodes `before` it, by their lengths, are enough. */
  readonly part: (index: number, before: readonly number[]) => Promise<Demonstrations | undefined>;
  /** How many of all episodes, by their lengths, are taken. */
  readonly episodes: (lengths: readonly number[]) => number;
  /** The task, as `--environment` names it. */
  readonly environment: string;
}

/** What a recording came to, episode by episode. */
export interface RecordedEpisodes {
  readonly lengths: readonly number[];
  readonly returns: readonly number[];
}

/**
 * Records demonstrations part by part and keeps each in the folder, so that a recording that was stopped or killed goes on with the part
 * that was under way; in the end writes them as `format` says: train.npz, scaled by the ranges in normalization.npz, which pre-training reads, or what other
 * projects read, in the robot's units. Where that is there already, it is what this gives.
 */
export async function record(
  folder: OpenFolder,
  { part, episodes, environment }: Recording,
  { format, fps = usualFps }: RecordingOptions,
): Promise<RecordedEpisodes> {
  const whole = fileIn(folder, recordedName(format));
  if (!existsSync(whole)) {
    await mkdir(partsOf(folder), { recursive: true });
    const lengths = await recordParts(folder, part);
    const parts = keptParts(folder);
    const { dir, check } = folder;
    const recorded = { parts, episodes: episodes(lengths), environment, fps };
    await written(whole, writeRecorded(format, recorded, { beside: partsOf(folder), dir, check }));
  }
  await rm(partsOf(folder), { recursive: true, force: true });
  return episodesIn(whole);
}

function keptParts(folder: OpenFolder): string[] {
  const files: string[] = [];
  while (existsSync(partFile(folder, files.length))) files.push(partFile(folder, files.length));
  return files;
}

/** Lengths of all episodes; none of them is in memory but those of one part. */
async function recordParts(folder: OpenFolder, next: Recording['part']): Promise<number[]> {
  const kept = keptParts(folder);
  const lengths: number[] = [];
  for (const file of kept) lengths.push(...(await readDemonstrations(file)).trajLengths);
  for (let index = kept.length; ; index++) {
    const part = await next(index, lengths);
    if (part === undefined) return lengths;
    folder.check();
    const file = partFile(folder, index);
    await written(file, writeDemonstrations(file, part));
    lengths.push(...part.trajLengths);
  }
}

async function episodesIn(path: string): Promise<RecordedEpisodes> {
  const [lengths, returns]: number[][] = [[], []];
  const source = await openData(path);
  try {
    for await (const { rewards } of source.episodes()) {
      lengths.push(rewards.length);
      returns.push(rewards.reduce((sum, reward) => sum + reward, 0));
    }
  } finally {
    source.close();
  }
  return { lengths, returns };
}
