import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type Demonstrations, writeDemonstrations, writeNormalization } from '@dppo/data';
import { type WrittenEpisodes, writeLerobot, writeRobomimic } from '@dppo/formats';
import { expect, it } from 'vitest';

import { episodesOf } from './demonstrations.ts';
import { pretrainOptions } from './pretrain-options.ts';
import { checkPretrain } from './training-data.ts';

/** Eight steps in the plane, in metres: what avoid observes and takes. */
const metres: Demonstrations = {
  obsDim: 4,
  actionDim: 2,
  states: Float32Array.from({ length: 32 }, (_, i) => 0.3 + 0.01 * i),
  actions: Float32Array.from({ length: 16 }, (_, i) => 0.001 * (i - 8)),
  rewards: new Float32Array(8),
  terminals: new Uint8Array(8),
  trajLengths: Int32Array.of(8),
};

const pickle = fileURLToPath(new URL('../../../../packages/data/test/numpy2-protocol4.pkl', import.meta.url));

/** What is found of demonstrations, with ranges of so many numbers if any. */
async function checked(demonstrations: Demonstrations, given: object = {}, ranges?: [number, number]) {
  const dir = mkdtempSync(join(tmpdir(), 'data-'));
  const [data, file] = [join(dir, 'train.npz'), join(dir, 'normalization.npz')];
  await writeDemonstrations(data, demonstrations);
  const out = join(dir, 'policy.safetensors');
  const normalization = ranges && { normalization: file };
  if (ranges !== undefined) {
    const [obsMin, actionMin] = ranges.map((size) => new Float32Array(size).fill(-2));
    const [obsMax, actionMax] = ranges.map((size) => new Float32Array(size).fill(2));
    await writeNormalization(file, { obsMin, obsMax, actionMin, actionMax });
  }
  const options = { data, out, environment: 'avoid', ...normalization, ...given };
  return checkPretrain(pretrainOptions.parse(options));
}

it('scales data in the units of the task by their own ranges, which go into the policy', async () => {
  const { spec, demonstrations } = await checked(metres);
  // Observation d is 0.3 + 0.01 · d … 0.3 + 0.01 · (28 + d), action d is 0.001 · (d − 8) … 0.001 · (6 + d).
  expect(spec.bounds.obsMin).toBeAllclose([0.3, 0.31, 0.32, 0.33], { atol: 1e-6, rtol: 0 });
  expect(spec.bounds.obsMax).toBeAllclose([0.58, 0.59, 0.6, 0.61], { atol: 1e-6, rtol: 0 });
  expect(spec.bounds.actionMax).toBeAllclose([0.006, 0.007], { atol: 1e-6, rtol: 0 });
  // 2 · 0.014/(0.014 + 10⁻⁶) − 1 = 0.99986
  expect([Math.min(...demonstrations.actions), Math.max(...demonstrations.actions)]).toBeAllclose(
    [-1, 0.999_86],
    { atol: 1e-5, rtol: 0 },
  );
});

it.each([
  ['hdf5', writeRobomimic],
  [
    'lerobot',
    async (path: string, source: WrittenEpisodes) => writeLerobot(path, source, { fps: 10, task: 'avoid' }),
  ],
])('takes what is in the units of the task as %s for what it is as npz', async (name, write) => {
  const data = join(mkdtempSync(join(tmpdir(), 'data-')), name);
  const { obsDim, actionDim } = metres;
  await write(data, {
    obsDim,
    actionDim,
    episodes: async function* () {
      yield* episodesOf(metres);
    },
  });
  const [wanted, found] = [await checked(metres), await checked(metres, { data })];
  expect(found.demonstrations).toEqual(wanted.demonstrations);
  expect(found.spec.bounds).toEqual(wanted.spec.bounds);
});

it('takes data that are scaled by the ranges that are given, as they are', async () => {
  const { spec, demonstrations } = await checked(metres, {}, [4, 2]);
  expect(spec.bounds.obsMax).toEqual([2, 2, 2, 2]);
  expect(demonstrations.states).toEqual(metres.states);
});

it('makes of PushT as it is published the corners that its policy sees', async () => {
  // Disc and block are at one place each; the block lies as it is drawn, then turned by a quarter to the right.
  const lying = [0, Math.PI / 2].flatMap((angle) => [10, 20, 100, 200, angle]);
  const states = Float32Array.from([lying, lying, lying, lying].flat());
  const pushed = { ...metres, obsDim: 5, states };
  const { spec, demonstrations } = await checked(pushed, { environment: 'pusht' });
  expect(demonstrations.states).toHaveLength(8 * 18);
  // The bar's upper left corner (−60, 0) is at (40, 200), then at (100, 140); the stem's lower right one (15, 120) at (115, 320), then (−20, 215).
  const { obsMin, obsMax } = spec.bounds;
  const corner = (i: number) => [obsMin[2 * i], obsMax[2 * i], obsMin[2 * i + 1], obsMax[2 * i + 1]];
  expect(corner(0)).toBeAllclose([40, 100, 140, 200], { atol: 1e-4, rtol: 0 });
  expect(corner(6)).toBeAllclose([-20, 115, 215, 320], { atol: 1e-4, rtol: 0 });
  expect(corner(8)).toEqual([10, 10, 20, 20]);
  await expect(checked(pushed, { environment: 'pusht' }, [5, 2])).rejects.toThrow(
    /--normalization .*: the task makes its observations of those in .*, wanted them in its units/,
  );
});

it('refuses data that cannot have been scaled by the ranges that are given, with the way out', async () => {
  const far = { ...metres, actions: metres.actions.map((action) => 1000 * action) };
  await expect(checked(far, {}, [4, 2])).rejects.toThrow(
    /the actions in .* reach 8\.00, wanted at most 1, scaled by these ranges; leave --normalization out/,
  );
});

it('refuses data that are scaled already where no ranges are given', async () => {
  const states = Float32Array.from({ length: 32 }, (_, i) => (i < 4 ? -1 : i < 8 ? 1 : 0.1));
  await expect(checked({ ...metres, states })).rejects.toThrow(
    'every observed number fills [−1, 1], as in data that are scaled already; wanted --normalization',
  );
});

it.each([
  [
    { environment: 'walker2d' },
    'observations of 4 and actions of 2 numbers, wanted 17 and 6 for --environment walker2d',
  ],
  [
    { out: 'none/policy.safetensors' },
    '--out none/policy.safetensors: cannot be written: there is no folder none',
  ],
  [{ data: 'none.npz' }, '--data none.npz: no such file'],
  [
    { data: '.' },
    '.: found none of meta/info.json, data/main_data.hdf5 and meta/episode_ends/.zarray, wanted a data set of LeRobot',
  ],
  [{ data: pickle }, `--data ${pickle}: observations of 2 and actions of 1 numbers, wanted 4 and 2`],
  [{ environment: './none.js' }, '--environment ./none.js: no such file'],
])('refuses %j', async (given, sentence) => {
  await expect(checked(metres, given)).rejects.toThrow(sentence);
  expect(existsSync('none')).toBe(false);
});

it('refuses ranges of another size', async () => {
  await expect(checked(metres, {}, [3, 2])).rejects.toThrow(/ranges of 3 observations, wanted 4 as in/);
});

it.each([true, false])(
  'says among the options what the network tells, the noise: %s',
  async (predictEpsilon) => {
    const { options } = await checked(metres, predictEpsilon ? {} : { predictEpsilon });
    expect(options).toMatchObject({ predictEpsilon, denoisedClipValue: 1, network: 'mlp' });
  },
);
