import { type Demonstrations, readDemonstrations } from '@dppo/data';
import { type DemonstrationSource, type Episode, openDemonstrations, type ReadOptions } from '@dppo/formats';

import { episodesOf, firstOf } from '../pretrain/demonstrations.ts';

/** Demonstrations of a file, and what is known of them beside their numbers. */
export interface ReadData {
  /** In the units of the file. */
  readonly demonstrations: Demonstrations;
  /** Such as `robomimic`; `npz` and `pkl` for the reference's own. */
  readonly format: string;
  /** What an observation is made of; empty where it has no parts with names. */
  readonly obsKeys: readonly string[];
  /** Images that were recorded beside them, none of which is read. */
  readonly images: readonly string[];
}

/** Opens the demonstrations at `path` for reading them episode by episode; those of a .npz or .pkl file are in memory all at once. */
export async function openData(
  path: string,
): Promise<Pick<DemonstrationSource, 'obsDim' | 'actionDim' | 'episodes' | 'close'>> {
  if (referenceFormat(path) === undefined) return openDemonstrations(path);
  const demonstrations = await readDemonstrations(path);
  const { obsDim, actionDim } = demonstrations;
  return {
    obsDim,
    actionDim,
    episodes: async function* () {
      yield* episodesOf(demonstrations);
    },
    close: () => {},
  };
}

/** The ending of a file that is one of the reference's own. */
function referenceFormat(path: string): string | undefined {
  return ['npz', 'pkl'].find((ending) => path.endsWith(`.${ending}`));
}

/** Reads the demonstrations at `path`, a .npz or .pkl file of the reference's layout or whatever `@dppo/formats` opens. */
export async function readData(path: string, options: ReadOptions): Promise<ReadData> {
  const ofReference = referenceFormat(path);
  if (ofReference !== undefined) {
    const asked = Object.entries(options).find(([, value]) => value !== undefined);
    if (asked !== undefined)
      throw new Error(
        `--data ${path}: found ${asked[0]}, wanted it left out: an observation has no parts there`,
      );
    const demonstrations = await readDemonstrations(path);
    return { demonstrations, format: ofReference, obsKeys: [], images: [] };
  }
  const source = await opened(path, options);
  try {
    const episodes: Demonstrations[] = [];
    for await (const episode of source.episodes()) episodes.push(single(episode, source));
    if (episodes.length === 0) throw new Error(`--data ${path}: has no episodes, wanted at least 1`);
    const { format, obsKeys, images } = source;
    return { demonstrations: firstOf(episodes, episodes.length), format, obsKeys, images };
  } finally {
    source.close();
  }
}

/** @throws Error naming the option where `path` is nothing that `@dppo/formats` opens */
async function opened(path: string, options: ReadOptions): Promise<DemonstrationSource> {
  try {
    return await openDemonstrations(path, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--data ${reason}`, { cause: error });
  }
}

/** A demonstration of one episode. */
function single(
  { obs: states, actions, rewards, terminated }: Episode,
  { obsDim, actionDim }: Pick<Demonstrations, 'obsDim' | 'actionDim'>,
): Demonstrations {
  const terminals = new Uint8Array(rewards.length);
  terminals[rewards.length - 1] = Number(terminated);
  const trajLengths = Int32Array.of(rewards.length);
  return { obsDim, actionDim, states, actions, rewards, terminals, trajLengths };
}
