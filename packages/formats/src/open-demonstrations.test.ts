import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { File, ready } from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';

import { readAll } from '../test/read-all.ts';
import type { Episode, ReadOptions } from './demonstration-source.ts';
import { openDemonstrations } from './open-demonstrations.ts';

const folder = fileURLToPath(new URL('../test/', import.meta.url));
const at = (name: string): string => join(folder, name);

interface Written extends Pick<Episode, 'terminated' | 'truncated'> {
  readonly obs: readonly number[];
  readonly actions: readonly number[];
  readonly rewards: readonly number[];
}
/** What the writers were given, rounded to float32. */
const written: Readonly<Record<string, readonly Written[]>> = JSON.parse(
  readFileSync(at('numbers.json'), 'utf8'),
);

const numbers = ({ obs, actions, rewards, ...ends }: Episode): Written => ({
  obs: [...obs],
  actions: [...actions],
  rewards: [...rewards],
  ...ends,
});

const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);
/** A data set of rows, and one of numbers. */
const rows = (count: number, dim: number) => ({
  data: new Float32Array(count * dim).fill(0.5),
  shape: [count, dim],
});
const flags = (count: number) => ({ data: new Float32Array(count), shape: [count] });

describe('openDemonstrations', () => {
  it.each([
    ['robomimic.hdf5', 'robomimic', 19, 7],
    ['minari-plain', 'minari', 3, 2],
    ['minari-goal', 'minari', 4, 2],
    ['lerobot-v2', 'lerobot', 5, 2],
    ['lerobot-v3', 'lerobot', 5, 2],
    ['lerobot-own-v2', 'lerobot', 3, 1],
    ['lerobot-own-v3', 'lerobot', 3, 1],
  ])('reads what the writer of %s was given, to the bit', async (name, format, obsDim, actionDim) => {
    const found = await readAll(at(name));
    expect(found).toMatchObject({ format, obsDim, actionDim });
    expect(found.episodes.map(numbers)).toEqual(written[name.replace('.hdf5', '')]);
  });

  it('tells the episodes of D4RL apart, also those longer than what is read at once', async () => {
    const { episodes, ...source } = await readAll(at('d4rl.hdf5'));
    expect(source).toMatchObject({ format: 'd4rl', obsDim: 2, actionDim: 1, obsKeys: [] });
    for (const [i, wanted] of Object.entries(written['d4rl'])) {
      const { obs, actions, rewards, ...ends } = episodes[Number(i)];
      expect({ steps: rewards.length, ...ends }).toEqual({
        steps: Reflect.get(wanted, 'steps'),
        terminated: wanted.terminated,
        truncated: wanted.truncated,
      });
      expect([sum(obs), sum(actions), sum(rewards)]).toBeAllclose(
        [wanted.obs, wanted.actions, wanted.rewards].map(Number),
        { atol: 1e-4 },
      );
    }
    expect(episodes).toHaveLength(4);
  });

  it('takes the observations that are asked for, in their order', async () => {
    const { obsDim, episodes } = await readAll(at('robomimic.hdf5'), {
      obsKeys: ['object', 'robot0_eef_pos'],
    });
    const [all] = written['robomimic'];
    // By default 3 + 4 + 2 of the arm, then 10 of the object.
    expect(obsDim).toBe(13);
    expect([...episodes[0].obs.subarray(0, 13)]).toEqual([...all.obs.slice(9, 19), ...all.obs.slice(0, 3)]);
  });

  it.each([
    ['robomimic.hdf5', ['agentview_image']],
    ['lerobot-own-v2', ['observation.images.top']],
    ['lerobot-own-v3', ['observation.images.top']],
    ['minari-goal', []],
  ])('names the images of %s, which it leaves out', async (name, images) => {
    expect((await readAll(at(name))).images).toEqual(images);
  });

  it('takes the demonstrations of a mask, in their order', async () => {
    const { episodes } = await readAll(at('robomimic.hdf5'), { filterKey: 'valid' });
    const { robomimic: all } = written;
    expect(episodes.map(numbers)).toEqual([all[2], all[10]]);
  });

  it('begins anew each time that episodes are asked for', async () => {
    const source = await openDemonstrations(at('minari-plain'));
    const count = async (): Promise<number> => {
      let found = 0;
      for await (const { rewards } of source.episodes()) found += rewards.length;
      return found;
    };
    expect([await count(), await count()]).toEqual([10, 10]);
    source.close();
  });

  it.each<[string, ReadOptions, string]>([
    [
      'robomimic.hdf5',
      { obsKeys: ['objects'] },
      'found no objects in obsKeys, wanted some of agentview_image, object, robot0',
    ],
    [
      'robomimic.hdf5',
      { obsKeys: ['agentview_image'] },
      'obs/agentview_image is [3, 8, 8, 3], wanted [T] or [T, D]',
    ],
    ['robomimic.hdf5', { filterKey: 'train' }, 'found no mask train, wanted one of: valid'],
    ['robomimic.hdf5', { obsKeys: [] }, 'is the observation? Wanted obsKeys'],
    ['d4rl.hdf5', { filterKey: 'train' }, 'only robomimic has masks'],
    ['d4rl.hdf5', { obsKeys: ['state'] }, 'observations have no names here'],
    ['minari-plain', { obsKeys: ['state'] }, 'observations have no names here'],
    [
      'minari-goal',
      { obsKeys: ['state'] },
      'found no state in obsKeys, wanted some of achieved_goal, desired_goal, observation',
    ],
    ['lerobot-v3', { obsKeys: ['observation.images.top'] }, 'no observation.images.top among observation.'],
    ['numbers.json', {}, 'wanted an HDF5 file'],
    ['.', {}, 'found none of meta/info.json, data/main_data.hdf5 and meta/episode_ends/.zarray'],
  ])('says of %s with %o what is missing', async (name, options, message) => {
    await expect(readAll(at(name), options)).rejects.toThrow(message);
  });
});

describe('of damaged files', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'formats-'));
    await ready;
  });

  /** An HDF5 file of these data sets. */
  function hdf5(
    name: string,
    sets: Readonly<Record<string, { data: Float32Array; shape: number[] }>>,
  ): string {
    const path = join(dir, name);
    const file = new File(path, 'w');
    for (const [set, { data, shape }] of Object.entries(sets)) {
      const groups = set.split('/').slice(0, -1);
      for (const i of groups.keys()) {
        const group = groups.slice(0, i + 1).join('/');
        if (file.get(group) === null) file.create_group(group);
      }
      file.create_dataset({ name: set, data, shape });
    }
    file.close();
    return path;
  }
  it('names the row that is not finite', async () => {
    const obs = rows(3, 2);
    obs.data[5] = NaN;
    const path = hdf5('nan.hdf5', { 'data/demo_0/obs/object': obs, 'data/demo_0/actions': rows(3, 1) });
    await expect(readAll(path)).rejects.toThrow(
      new Error(`${path}: data/demo_0/obs/object has NaN in row 2, dimension 1, wanted finite numbers`),
    );
  });

  it('names what has another number of rows', async () => {
    const demo = hdf5('short.hdf5', {
      'data/demo_0/obs/object': rows(2, 2),
      'data/demo_0/actions': rows(3, 1),
    });
    await expect(readAll(demo)).rejects.toThrow('has 2 rows, wanted 3 as the actions have');
    const flat = hdf5('flat.hdf5', {
      observations: rows(4, 2),
      actions: rows(4, 1),
      rewards: flags(3),
      terminals: flags(4),
      timeouts: flags(4),
    });
    await expect(readAll(flat)).rejects.toThrow('rewards has 3 rows, wanted 4 as the observations have');
  });

  it('names the data set that is not there', async () => {
    const path = hdf5('no-timeouts.hdf5', {
      observations: rows(4, 2),
      actions: rows(4, 1),
      rewards: flags(4),
      terminals: flags(4),
    });
    await expect(readAll(path)).rejects.toThrow('no data set timeouts; the file has');
    const other = hdf5('other.hdf5', { states: rows(4, 2) });
    await expect(readAll(other)).rejects.toThrow(
      'has states, wanted the layout of robomimic (data/demo_0), Minari',
    );
  });

  it('says that half a file is none', async () => {
    const bytes = await readFile(at('robomimic.hdf5'));
    const path = join(dir, 'half.hdf5');
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    await expect(readAll(path)).rejects.toThrow(
      /half.hdf5: truncated file: eof = \d+, .*, wanted a whole HDF5 file$/,
    );
  });

  it('says which file of LeRobot is damaged, or of another version', async () => {
    const copy = join(dir, 'lerobot');
    await cp(at('lerobot-v3'), copy, { recursive: true });
    const info = JSON.parse(await readFile(join(copy, 'meta/info.json'), 'utf8'));
    await writeFile(join(copy, 'meta/info.json'), JSON.stringify({ ...info, codebase_version: 'v9.0' }));
    await expect(readAll(copy)).rejects.toThrow('codebase_version is v9.0, wanted one of v2.0, v2.1, v3.0');
    await copyFile(at('lerobot-v3/meta/info.json'), join(copy, 'meta/info.json'));
    await mkdir(join(copy, 'data/chunk-000'), { recursive: true });
    await writeFile(join(copy, 'data/chunk-000/file-000.parquet'), 'PAR1 and nothing more PAR1');
    await expect(readAll(copy)).rejects.toThrow('file-000.parquet: ');
  });
});
