import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type Demonstrations, fitNormalization, readDemonstrations } from '@dppo/data';
import { type WrittenEpisodes, writeLerobot, writeRobomimic } from '@dppo/formats';

import { episodesOf, firstOf } from './demonstrations.ts';
import { writeScaled } from './write-scaled.ts';

/** What is recorded: the first `episodes` of all parts, in the units of the robot. */
export interface Recorded {
  /** Files of the parts, in their order. */
  readonly parts: readonly string[];
  readonly episodes: number;
  /** The task, as `--environment` names it. */
  readonly environment: string;
  /** Steps in a second. */
  readonly fps: number;
}

/** How a recording is kept when it is whole. */
interface Format {
  /** What it leaves; the last one is there where all are. */
  readonly names: readonly [string, ...string[]];
  readonly write: (paths: readonly string[], recorded: Recorded) => Promise<void>;
}

/** By `--format`. */
const formats = {
  npz: {
    names: ['normalization.npz', 'train.npz'],
    write: async ([ranges, train], { parts, episodes }) => {
      const all: Demonstrations[] = [];
      for (const part of parts) all.push(await readDemonstrations(part));
      const recorded = firstOf(all, episodes);
      await writeScaled(recorded, fitNormalization(recorded), { ranges, train });
    },
  },
  hdf5: {
    names: ['demonstrations.hdf5'],
    write: async ([file], recorded) =>
      writeRobomimic(file, await sourceOf(recorded), { environment: recorded.environment }),
  },
  lerobot: {
    names: ['lerobot'],
    write: async ([folder], recorded) =>
      writeLerobot(folder, await sourceOf(recorded), { fps: recorded.fps, task: recorded.environment }),
  },
} as const satisfies Readonly<Record<string, Format>>;

export type RecordingFormat = keyof typeof formats;

/** What is there when a recording is. */
export function recordedName(format: RecordingFormat): string {
  return formats[format].names.at(-1) ?? '';
}

/** Writes a recording to `beside`, from where it goes to `dir` when all of it is there and `check` lets it. */
export async function writeRecorded(
  format: RecordingFormat,
  recorded: Recorded,
  { beside, dir, check }: { readonly beside: string; readonly dir: string; readonly check: () => void },
): Promise<void> {
  const { names, write }: Format = formats[format];
  const paths = names.map((name) => join(beside, name));
  // What a killed process left of them.
  for (const path of paths) await rm(path, { recursive: true, force: true });
  await write(paths, recorded);
  check();
  for (const name of names) await rename(join(beside, name), join(dir, name));
}

/** One part in memory at a time. */
async function sourceOf({ parts, episodes }: Recorded): Promise<WrittenEpisodes> {
  const { obsDim, actionDim } = await readDemonstrations(parts[0]);
  return {
    obsDim,
    actionDim,
    episodes: async function* () {
      let left = episodes;
      for (const part of parts) {
        for (const episode of episodesOf(await readDemonstrations(part))) {
          if (left-- <= 0) return;
          yield episode;
        }
      }
    },
  };
}
