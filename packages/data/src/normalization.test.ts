import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { fitNormalization, readNormalization, writeNormalization } from './normalization.ts';
import { writeNpz } from './npz.ts';

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'normalization-')), 'normalization.npz');
});

const normalization = {
  obsMin: Float32Array.of(-1, 0),
  obsMax: Float32Array.of(1, 4),
  actionMin: Float32Array.of(-2),
  actionMax: Float32Array.of(2),
};

const f4 = (...values: number[]): { shape: number[]; data: Float32Array } => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

describe('fitNormalization', () => {
  it('is the range of each dimension', () => {
    const data = {
      states: Float32Array.of(-1, 4, 1, 0),
      actions: Float32Array.of(2, -2),
      obsDim: 2,
      actionDim: 1,
    };
    expect(fitNormalization(data)).toEqual(normalization);
  });

  it.each([NaN, Infinity, -Infinity])(
    'refuses %d, which would be no smallest and no largest value',
    (value) => {
      const data = {
        states: Float32Array.of(0, 1, 2, value),
        actions: Float32Array.of(0, 1),
        obsDim: 2,
        actionDim: 1,
      };
      expect(() => fitNormalization(data)).toThrow(
        new RangeError(`fitNormalization: states has ${value} in row 1, dimension 1, wanted finite numbers`),
      );
    },
  );

  it('refuses data that are not whole rows', () => {
    const data = { states: new Float32Array(3), actions: new Float32Array(1), obsDim: 2, actionDim: 1 };
    expect(() => fitNormalization(data)).toThrow(
      new RangeError('fitNormalization: states has 3 values, wanted one or more rows of 2'),
    );
  });
});

describe('readNormalization', () => {
  it('reads what writeNormalization wrote', async () => {
    await writeNormalization(path, normalization);
    expect(await readNormalization(path)).toEqual(normalization);
  });

  it('says which array is missing', async () => {
    await writeNpz(path, { obs_min: f4(0), obs_max: f4(1), action_min: f4(0) });
    await expect(readNormalization(path)).rejects.toThrow(
      new Error(`readNpz: ${path}: no array action_max in it; it has obs_min, obs_max, action_min`),
    );
  });

  it.each([
    [
      { obs_min: f4(0), obs_max: f4(1, 1), action_min: f4(0), action_max: f4(1) },
      'obs_min [1], obs_max [2] do not agree',
    ],
    [
      { obs_min: f4(0), obs_max: f4(1), action_min: f4(2), action_max: f4(1) },
      'action_min[0] is 2, wanted a finite number up to action_max, 1',
    ],
    [
      { obs_min: { shape: [1, 1], data: f4(0).data }, obs_max: f4(1), action_min: f4(0), action_max: f4(1) },
      'obs_min [1,1], wanted one axis of f4 or f8',
    ],
  ])('says which array does not fit (%#)', async (arrays, message) => {
    await writeNpz(path, arrays);
    await expect(readNormalization(path)).rejects.toThrow(new Error(`normalization ${path}: ${message}`));
  });

  const recorded = new URL(
    '../../../../shared/data/walker2d-medium-like-v2/normalization.npz',
    import.meta.url,
  ).pathname;
  it.skipIf(!existsSync(recorded))(
    'reads the ranges of 17 observations and 6 actions of Walker2d',
    async () => {
      const { obsMin, obsMax, actionMin, actionMax } = await readNormalization(recorded);
      expect([obsMin.length, obsMax.length, actionMin.length, actionMax.length]).toEqual([17, 17, 6, 6]);
    },
  );
});
