import { type Column, episodeOf } from './columns.ts';
import type { DemonstrationSource, Episode, ReadOptions } from './demonstration-source.ts';
import type { Zarr } from './zarr.ts';

/** The file by which a store of Diffusion Policy is known. */
export const marker = 'meta/episode_ends/.zarray';

/**
 * Demonstrations as Diffusion Policy stores them: `data/…` of all episodes, one after the other, and in `meta/episode_ends` the row
 * after each. An observation is `state` by default; arrays of four axes are images. Nothing says what an action earned, or that an episode ended
 * the task: rewards are 0, and every episode was cut.
 *
 * @throws Error naming store and array where one is not there, has another number of rows, or the ends are not in order
 * @see https://github.com/real-stanford/diffusion_policy, diffusion_policy/common/replay_buffer.py
 */
export async function diffusionPolicy(
  zarr: Zarr,
  { obsKeys = ['state'] }: ReadOptions,
): Promise<DemonstrationSource> {
  const { path } = zarr;
  const there = zarr.keys('data');
  const images = there.filter((key) => (zarr.shape(`data/${key}`)?.length ?? 0) > 3);
  const vectors = there.filter((key) => !images.includes(key) && key !== 'action');
  const odd = obsKeys.find((key) => !vectors.includes(key));
  if (odd !== undefined || obsKeys.length === 0)
    throw new Error(
      `${path}: found ${odd === undefined ? 'nothing' : `no ${odd}`} in obsKeys, wanted some of ${vectors.join(', ')}`,
    );
  const obs: Column[] = [];
  for (const key of obsKeys) obs.push(await zarr.column(`data/${key}`));
  const actions = await zarr.column('data/action');
  const rows = actions.data.length / actions.dim;
  const { data: ends } = await zarr.column('meta/episode_ends');
  const wrong = ends.findIndex((end, i) => !(end > (i === 0 ? 0 : ends[i - 1]) && end <= rows));
  if (wrong >= 0)
    throw new Error(
      `${path}: meta/episode_ends has ${ends[wrong]} in row ${wrong}, wanted rising numbers up to ${rows}, the rows of the actions`,
    );
  return {
    format: 'diffusion_policy',
    obsKeys,
    images,
    obsDim: obs.reduce((sum, { dim }) => sum + dim, 0),
    actionDim: actions.dim,
    episodes: async function* () {
      for (const [i, end] of ends.entries()) {
        const begin = i === 0 ? 0 : ends[i - 1];
        const part = ({ data, ...column }: Column): Column => {
          return { ...column, data: data.slice(begin * column.dim, end * column.dim) };
        };
        yield episode(`${path}: episode ${i}`, obs.map(part), part(actions));
      }
    },
    close: () => {},
  };
}

function episode(where: string, obs: readonly Column[], actions: Column): Episode {
  return episodeOf(where, { obs, actions }, { terminated: false, truncated: true });
}
