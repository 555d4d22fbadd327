import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';

import { readAll } from '../test/read-all.ts';
import type { Episode } from './demonstration-source.ts';
import { openDemonstrations } from './open-demonstrations.ts';
import { writeLerobot } from './write-lerobot.ts';
import { writeRobomimic } from './write-robomimic.ts';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'write-'));

const writers = {
  robomimic: writeRobomimic,
  lerobot: (path: string, source: Parameters<typeof writeRobomimic>[1]) =>
    writeLerobot(path, source, { fps: 50, task: 'Hop.' }),
};
const kinds = ['robomimic', 'lerobot'] as const;

const sourceOf = (episodes: readonly Episode[], obsDim: number, actionDim: number) => ({
  obsDim,
  actionDim,
  episodes: async function* () {
    yield* episodes;
  },
});

/** Numbers that float32 holds, −0 and the smallest ones among them. */
const numbers = (length: number) =>
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length });

/** Episodes that ended, were cut, or were begun only. */
const recordings = fc
  .record({ obsDim: fc.integer({ min: 1, max: 3 }), actionDim: fc.integer({ min: 1, max: 2 }) })
  .chain(({ obsDim, actionDim }) => {
    const episode = fc.integer({ min: 1, max: 4 }).chain((rows) =>
      fc.record({
        obs: numbers(rows * obsDim).map((values) => Float32Array.from(values)),
        actions: numbers(rows * actionDim).map((values) => Float32Array.from(values)),
        rewards: numbers(rows).map((values) => Float32Array.from(values)),
        end: fc.constantFrom('terminated', 'truncated', 'none'),
      }),
    );
    return fc.record({
      obsDim: fc.constant(obsDim),
      actionDim: fc.constant(actionDim),
      episodes: fc.array(episode, { minLength: 1, maxLength: 12 }),
    });
  });

const single: Episode = {
  obs: Float32Array.of(1, 2, 3, 4),
  actions: Float32Array.of(0.5, -0.5),
  rewards: Float32Array.of(1, 3),
  terminated: true,
  truncated: false,
};

describe.each(kinds)('what is written as %s', (kind) => {
  it('is read again to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async ({ obsDim, actionDim, episodes }) => {
        const path = join(await newFolder(), 'written');
        const wanted = episodes.map(({ end, ...rest }) => ({
          ...rest,
          terminated: end === 'terminated',
          truncated: end === 'truncated',
        }));
        await writers[kind](path, sourceOf(wanted, obsDim, actionDim));
        expect((await readAll(path)).episodes).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it('may be the episodes of another file', async () => {
    const dir = await newFolder();
    const [one, two] = [join(dir, 'one'), join(dir, 'two')];
    await writers[kind](one, sourceOf([single, single], 2, 1));
    const source = await openDemonstrations(one);
    await writers[kind === 'lerobot' ? 'robomimic' : 'lerobot'](two, source);
    source.close();
    expect((await readAll(two)).episodes).toEqual([single, single]);
  });

  it('takes the place of nothing that is there', async () => {
    const dir = await newFolder();
    const path = join(dir, 'mine');
    await writeFile(path, 'mine');
    await expect(writers[kind](path, sourceOf([single], 2, 1))).rejects.toThrow(
      `${path}: exists already, wanted a new name; nothing is overwritten`,
    );
    expect([await readFile(path, 'utf8'), await readdir(dir)]).toEqual(['mine', ['mine']]);
  });

  it.each<[string, readonly Episode[], string]>([
    ['no episodes', [], 'found no episodes to write, wanted at least 1'],
    ['NaN', [single, { ...single, rewards: Float32Array.of(1, NaN) }], 'episode 1: rewards has NaN in row 1'],
    [
      'mixed lengths',
      [{ ...single, rewards: Float32Array.of(1) }],
      'episode 0: rewards has 1 rows, wanted 2',
    ],
    ['no steps', [{ ...single, actions: new Float32Array() }], 'episode 0: actions has no rows'],
  ])('is not there where there are %s', async (_, episodes, message) => {
    const dir = await newFolder();
    const path = join(dir, 'written');
    await expect(writers[kind](path, sourceOf(episodes, 2, 1))).rejects.toThrow(`${path}: ${message}`);
    expect(await readdir(dir)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

/** A Python with h5py, pyarrow and lerobot: a download of gigabytes, so that whoever has one names it. */
const python = process.env['DPPO_FORMATS_PYTHON'];

it.skipIf(python === undefined).each([
  ['robomimic', 2, 1],
  ['robomimic', 1, 2],
  ['lerobot', 2, 1],
  ['lerobot', 1, 2],
] as const)('is read to the bit by other readers of %s', async (kind, obsDim, actionDim) => {
  const rows = 4;
  const episodes = [0, 1, 2].map((n) => ({
    obs: Float32Array.from({ length: rows * obsDim }, (_, i) => Math.sin(i + n)),
    actions: Float32Array.from({ length: rows * actionDim }, (_, i) => Math.cos(i * n)),
    rewards: Float32Array.from({ length: rows }, (_, i) => i / 7),
    terminated: n === 0,
    truncated: n === 1,
  }));
  const path = join(await newFolder(), 'written');
  await writers[kind](path, sourceOf(episodes, obsDim, actionDim));
  const script = fileURLToPath(new URL('../test/read_back.py', import.meta.url));
  const found = execFileSync(String(python), [script, path], { encoding: 'utf8' });
  const wanted = episodes.map(({ obs, actions, rewards, terminated, truncated }) => ({
    obs: [...obs],
    actions: [...actions],
    rewards: [...rewards],
    terminated,
    truncated,
  }));
  expect(JSON.parse(found)).toEqual(wanted);
});

describe('writeLerobot', () => {
  it('counts by hand what LeRobot keeps beside the rows', async () => {
    const folder = join(await newFolder(), 'data');
    const second = { ...single, rewards: Float32Array.of(5, 7) };
    await writers.lerobot(folder, sourceOf([single, second], 2, 1));
    const stats = JSON.parse(await readFile(join(folder, 'meta/stats.json'), 'utf8'));
    // Rewards 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9)/4.
    expect(stats['next.reward']).toEqual({ min: [1], max: [7], mean: [4], std: [Math.sqrt(5)], count: [4] });
    expect(stats['observation.state'].mean).toEqual([2, 3]);
    const rowsOf = async (name: string) =>
      parquetReadObjects({ file: await asyncBufferFromFile(join(folder, name)) });
    const [, about] = await rowsOf('meta/episodes/chunk-000/file-000.parquet');
    expect(about).toMatchObject({
      tasks: ['Hop.'],
      dataset_from_index: 2n,
      dataset_to_index: 4n,
      'stats/next.reward/mean': [6],
    });
    const rows = await rowsOf('data/chunk-000/file-000.parquet');
    expect(rows.map(({ timestamp }) => timestamp)).toEqual([0, Math.fround(1 / 50), 0, Math.fround(1 / 50)]);
    expect(rows.map(({ index }) => index)).toEqual([0n, 1n, 2n, 3n]);
    expect(await rowsOf('meta/tasks.parquet')).toEqual([{ task_index: 0n, task: 'Hop.' }]);
  });

  it('refuses times of a fraction', async () => {
    const folder = join(await newFolder(), 'data');
    const options = { fps: 12.5, task: 'Hop.' };
    await expect(writeLerobot(folder, sourceOf([single], 2, 1), options)).rejects.toThrow(
      'writeLerobot: fps is 12.5, wanted a whole number of at least 1',
    );
  });
});
