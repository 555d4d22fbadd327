import { type Demonstrations, readDemonstrations } from '@dppo/data';
import { type Episode, openDemonstrations, type ReadOptions } from '@dppo/formats';

/** Demonstrations of a file, and what is known of them beside their numbers. */
export interface ReadData {
  /** In the units of the file. */
  readonly demonstrations: Demonstrations;
  /** Such as `robomimic`; `npz` for the reference's own. */
  readonly format: string;
  /** What an observation is made of; empty where it has no parts with names. */
  readonly obsKeys: readonly string[];
}

/** Reads the demonstrations at `path`, a .npz file of the reference's layout or whatever `@dppo/formats` opens. */
export async function readData(path: string, options: ReadOptions): Promise<ReadData> {
  if (path.endsWith('.npz')) {
    const asked = Object.entries(options).find(([, value]) => value !== undefined);
    if (asked !== undefined)
      throw new Error(
        `--data ${path}: found ${asked[0]}, wanted it left out: an observation has no parts there`,
      );
    return { demonstrations: await readDemonstrations(path), format: 'npz', obsKeys: [] };
  }
  const source = await openDemonstrations(path, options);
  try {
    const episodes: Episode[] = [];
    for await (const episode of source.episodes()) episodes.push(episode);
    const { format, obsKeys } = source;
    return { demonstrations: together(episodes, source), format, obsKeys };
  } finally {
    source.close();
  }
}

/** Episodes as their file has them, one after the other. */
function together(
  episodes: readonly Episode[],
  { obsDim, actionDim }: { readonly obsDim: number; readonly actionDim: number },
): Demonstrations {
  const trajLengths = Int32Array.from(episodes, ({ rewards }) => rewards.length);
  const terminals = new Uint8Array(trajLengths.reduce((a, b) => a + b, 0));
  let end = 0;
  for (const [i, { terminated }] of episodes.entries()) {
    end += trajLengths[i];
    if (terminated) terminals[end - 1] = 1;
  }
  return {
    obsDim,
    actionDim,
    states: joined(episodes.map(({ obs }) => obs)),
    actions: joined(episodes.map(({ actions }) => actions)),
    rewards: joined(episodes.map(({ rewards }) => rewards)),
    terminals,
    trajLengths,
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
