import { episodeOf } from './columns.ts';
import type { Hdf5 } from './hdf5.ts';
import { imagesIn, obsDimOf } from './obs-keys.ts';
import type { Episode, ReadOptions, DemonstrationSource } from './demonstration-source.ts';

/** What low-dimensional policies see of robomimic's tasks, by those that a file has. */
const lowDim = [0, 1].flatMap((arm) =>
  ['eef_pos', 'eef_quat', 'gripper_qpos'].map((name) => `robot${arm}_${name}`),
);

/** Whether a file is laid out as robomimic's are. */
export function isRobomimic(file: Hdf5): boolean {
  return demosIn(file).length > 0;
}

/**
 * Demonstrations as robomimic stores them: `data/demo_N` with `obs/*`, `actions`, `rewards`, `dones`, and lists of demonstrations
 * in `mask`. An observation is, by default, pose and gripper of each arm and `object`, or what there is where that is one thing; an episode ended where
 * its last `dones` is 1, and was cut where its last `timeouts` is 1 or, without these, where it did not end.
 *
 * @throws Error naming file and option where a mask or a key is not there, from `episodes` what `openHdf5` and the columns throw
 * @see https://robomimic.github.io/docs/datasets/overview.html
 */
export function robomimic(file: Hdf5, { obsKeys, filterKey }: ReadOptions): DemonstrationSource {
  const demos = filterKey === undefined ? demosIn(file) : masked(file, filterKey);
  const [first] = demos;
  const there = file.keys(`data/${first}/obs`);
  if (there.length === 0) {
    throw new Error(
      `${file.path}: data/${first} has no obs, wanted observations; robomimic's dataset_states_to_obs.py computes them of states`,
    );
  }
  const images = imagesIn(file, `data/${first}/obs`);
  const vectors = there.filter((key) => !images.includes(key));
  const usual = [...lowDim, 'object', 'object-state'].filter((key) => vectors.includes(key));
  const keys = obsKeys ?? (vectors.length === 1 ? vectors : usual);
  const { obsDim, actionDim } = obsDimOf(file, `data/${first}`, 'obs', keys);
  return {
    format: 'robomimic',
    obsKeys: keys,
    images,
    obsDim,
    actionDim,
    episodes: async function* () {
      for (const demo of demos) yield episode(file, demo, keys);
    },
    close: file.close,
  };
}

function episode(file: Hdf5, demo: string, keys: readonly string[]): Episode {
  const of = (name: string) => file.column(`data/${demo}/${name}`);
  const has = (name: string): boolean => file.keys(`data/${demo}`).includes(name);
  const columns = {
    obs: keys.map((key) => of(`obs/${key}`)),
    actions: of('actions'),
    rewards: has('rewards') ? of('rewards') : undefined,
  };
  const last = (flags: string): boolean => of(flags).data.at(-1) === 1;
  const terminated = has('dones') && last('dones');
  const truncated = has('timeouts') ? last('timeouts') : !terminated;
  return episodeOf(file.path, columns, { terminated, truncated });
}

/** In the order of their numbers, which is not that of their names. */
function demosIn(file: Hdf5): string[] {
  return file
    .keys('data')
    .filter((name) => /^demo_\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

function masked(file: Hdf5, filterKey: string): string[] {
  const masks = file.keys('mask');
  if (!masks.includes(filterKey)) {
    throw new Error(
      `${file.path}: found no mask ${filterKey}, wanted one of: ${masks.join(', ') || 'none is there'}`,
    );
  }
  const listed = new Set(file.texts(`mask/${filterKey}`));
  return demosIn(file).filter((demo) => listed.has(demo));
}
