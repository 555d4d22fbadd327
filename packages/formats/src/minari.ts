import { episodeOf } from './columns.ts';
import type { Hdf5 } from './hdf5.ts';
import { imagesIn, obsDimOf, widthOf } from './obs-keys.ts';
import type { Episode, ReadOptions, DemonstrationSource } from './demonstration-source.ts';

/** Whether a file is laid out as Minari's are. */
export function isMinari(file: Hdf5): boolean {
  return episodesIn(file).length > 0;
}

/**
 * Demonstrations as Minari stores them: `episode_N` with `observations`, `actions`, `rewards`, `terminations`, `truncations`. Of
 * observations by name all but images are read by default, in the order of their names. Each episode has an observation more than actions:
 * the one that the last action led to is left out.
 *
 * @throws Error naming file and key where one is not there, from `episodes` what `openHdf5` and the columns throw
 * @see https://minari.farama.org/content/dataset_standards/
 */
export function minari(file: Hdf5, { obsKeys }: ReadOptions): DemonstrationSource {
  const episodes = episodesIn(file);
  const [first] = episodes;
  const there = file.keys(`${first}/observations`);
  const images = imagesIn(file, `${first}/observations`);
  const vectors = there.filter((key) => !images.includes(key)).toSorted();
  const keys = there.length === 0 ? [] : (obsKeys ?? vectors);
  if (there.length === 0 && obsKeys !== undefined) {
    throw new Error(
      `${file.path}: found obsKeys ${obsKeys.join(', ')}, wanted none: observations have no names here`,
    );
  }
  const { obsDim, actionDim } =
    there.length === 0 ? unnamed(file, first) : obsDimOf(file, first, 'observations', keys);
  return {
    format: 'minari',
    obsKeys: keys,
    images,
    obsDim,
    actionDim,
    episodes: async function* () {
      for (const name of episodes) yield episode(file, name, keys);
    },
    close: file.close,
  };
}

function unnamed(file: Hdf5, group: string): { obsDim: number; actionDim: number } {
  const width = (name: string): number => {
    const shape = file.shape(`${group}/${name}`);
    if (shape === undefined) throw new Error(`${file.path}: ${group} has no ${name}`);
    return widthOf(`${file.path}: ${name}`, shape);
  };
  return { obsDim: width('observations'), actionDim: width('actions') };
}

function episode(file: Hdf5, name: string, keys: readonly string[]): Episode {
  const actions = file.column(`${name}/actions`);
  const rows = actions.data.length / actions.dim;
  const observed = keys.length === 0 ? ['observations'] : keys.map((key) => `observations/${key}`);
  const last = (flags: string): boolean => file.column(`${name}/${flags}`).data.at(-1) === 1;
  return episodeOf(
    file.path,
    {
      obs: observed.map((column) => file.column(`${name}/${column}`, 0, rows)),
      actions,
      rewards: file.column(`${name}/rewards`),
    },
    { terminated: last('terminations'), truncated: last('truncations') },
  );
}

/** In the order of their numbers, which is not that of their names. */
function episodesIn(file: Hdf5): string[] {
  return file
    .keys('')
    .filter((name) => /^episode_\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
}
