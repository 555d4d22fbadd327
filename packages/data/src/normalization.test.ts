import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  fitNormalization,
  normalizeActions,
  normalizeObs,
  readNormalization,
  writeNormalization,
} from './normalization.ts';
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

  it('refuses data that are not whole rows', () => {
    const data = { states: new Float32Array(3), actions: new Float32Array(1), obsDim: 2, actionDim: 1 };
    expect(() => fitNormalization(data)).toThrow(
      new RangeError('fitNormalization: states has 3 values, expected one or more rows of 2'),
    );
  });

  it('lets normalizeObs map the data into [-1, 1], the minimum to -1', () => {
    const value = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), (rows) => {
        const states = Float32Array.from(rows.flat());
        const fitted = fitNormalization({ states, actions: states, obsDim: 2, actionDim: 2 });
        const scaled = normalizeObs(fitted, states);
        expect(scaled.every((x) => x >= -1 && x <= 1)).toBe(true);
        expect(scaled.filter((x) => x === -1).length).toBeGreaterThanOrEqual(2);
        expect(normalizeActions(fitted, states)).toEqual(scaled);
      }),
    );
  });
});

describe('normalizeObs', () => {
  it('is 2 (s - min) / (max - min + 1e-6) - 1', () => {
    // First dimension: 2·1/(2 + 10⁻⁶) − 1 ≈ −5·10⁻⁷; second: 2·3/(4 + 10⁻⁶) − 1 ≈ 0.5.
    expect(normalizeObs(normalization, Float32Array.of(0, 3))).toBeAllclose([-5e-7, 0.4999996], {
      atol: 1e-7,
    });
  });

  it('refuses data that are not whole rows', () => {
    expect(() => normalizeObs(normalization, new Float32Array(3))).toThrow(
      new RangeError('normalizeObs: [3] values, min [2], max [2] do not agree'),
    );
  });
});

describe('readNormalization', () => {
  it('reads what writeNormalization wrote', async () => {
    await writeNormalization(path, normalization);
    expect(await readNormalization(path)).toEqual(normalization);
  });

  it.each([
    [
      { obs_min: f4(0), obs_max: f4(1), action_min: f4(0) },
      'no array action_max; it has obs_min, obs_max, action_min',
    ],
    [
      { obs_min: f4(0), obs_max: f4(1, 1), action_min: f4(0), action_max: f4(1) },
      'obs_min [1], obs_max [2] do not agree',
    ],
    [
      { obs_min: f4(0), obs_max: f4(1), action_min: f4(2), action_max: f4(1) },
      'action_min[0] is 2, expected a finite number up to action_max, 1',
    ],
    [
      { obs_min: { shape: [1, 1], data: f4(0).data }, obs_max: f4(1), action_min: f4(0), action_max: f4(1) },
      'obs_min [1,1], expected one axis of f4 or f8',
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
