import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cholesky, solve } from './cholesky.ts';
import { matrixOf, quaternionOf, rotationBy } from './rotation.ts';
import { stagedReward } from './staged-reward.ts';

const number = fc.double({ min: -1, max: 1, noNaN: true });

describe('cholesky', () => {
  it('solves what is worked out by hand', () => {
    // [[4, 2], [2, 2]] = L·Lᵀ with L = [[2, 0], [1, 1]]; x = (1, 2) gives (8, 6)
    const factor = new Float64Array(4);
    cholesky(Float64Array.of(4, 2, 2, 2), { size: 2, n: 2, into: factor });
    const values = Float64Array.of(9, 8, 6);
    solve(factor, values, 2, 1);
    expect(values).toBeAllclose([9, 1, 2], { atol: 1e-15, rtol: 0 });
  });

  it('solves A·Aᵀ + I, and blocks of it', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 36, maxLength: 36 }), (a) => {
        const matrix = new Float64Array(36);
        for (let i = 0; i < 6; i++) {
          for (let j = 0; j < 6; j++) {
            matrix[6 * i + j] = Number(i === j);
            for (let k = 0; k < 6; k++) matrix[6 * i + j] += a[6 * i + k] * a[6 * j + k];
          }
        }
        for (const { offset, n } of [
          { offset: 0, n: 6 },
          { offset: 3, n: 3 },
        ]) {
          const wanted = Float64Array.from({ length: n }, (_, i) => i + 1);
          const values = wanted.map((_value, i) =>
            wanted.reduce((sum, value, j) => sum + value * matrix[6 * (offset + i) + offset + j], 0),
          );
          const factor = new Float64Array(n * n);
          cholesky(matrix, { size: 6, offset, n, into: factor });
          solve(factor, values, n);
          expect(values).toBeAllclose(wanted, { atol: 1e-10, rtol: 0 });
        }
      }),
    );
  });

  it('leaves out a direction without weight', () => {
    const factor = new Float64Array(4);
    cholesky(Float64Array.of(1, 1, 1, 1), { size: 2, n: 2, into: factor });
    const values = Float64Array.of(2, 2);
    solve(factor, values, 2);
    expect(values).toEqual(Float64Array.of(2, 0));
  });
});

describe('rotations', () => {
  it('turn x to y by a quarter about z', () => {
    const matrix = new Float64Array(9);
    rotationBy(0, 0, Math.PI / 2, matrix);
    expect(matrix).toBeAllclose([0, -1, 0, 1, 0, 0, 0, 0, 1], { atol: 2e-7, rtol: 0 });
    rotationBy(0, 0, 0, matrix);
    expect(matrix).toEqual(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
  });

  it('have the quaternion that they were made of, or its opposite', () => {
    fc.assert(
      fc.property(number, number, number, number, (x, y, z, w) => {
        const length = Math.hypot(x, y, z, w);
        fc.pre(length > 0.1);
        const unit = [x, y, z, w].map((value) => value / length);
        const matrix = new Float64Array(9);
        matrixOf(unit[0], unit[1], unit[2], unit[3], matrix);
        const found = new Float64Array(4);
        quaternionOf(matrix, found, 0);
        const sign = Math.sign(found.reduce((sum, value, i) => sum + value * unit[i], 0));
        expect(found.map((value) => sign * value)).toBeAllclose(unit, { atol: 1e-6, rtol: 0 });
        expect(found[3]).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('stagedReward', () => {
  const far = { reach: 0.2, isGrasped: false, below: 0.2, aside: 0.4, isAbove: false };

  it('is worked out by hand', () => {
    // 0.1·(1 − tanh 2) = 0.003597; 0.2·(1 − tanh 4) = 0.000134
    expect(stagedReward(far)).toBeCloseTo(0.003597, 6);
    // 0.35 + 0.15·(1 − tanh 3) = 0.350742, and 0.000134 beyond that
    expect(stagedReward({ ...far, isGrasped: true })).toBeCloseTo(0.350876, 6);
    expect(stagedReward({ ...far, isGrasped: true, below: 0, aside: 0, isAbove: true })).toBeCloseTo(0.7, 12);
  });

  it('never falls on the way: nearer, grasped, lifted, above', () => {
    const metres = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(metres, metres, metres, metres, (reach, below, aside, less) => {
        const stage = { reach, isGrasped: false, below, aside, isAbove: false };
        const [nearer, grasped] = [
          { ...stage, reach: reach * (less / 2) },
          { ...stage, isGrasped: true },
        ];
        expect(stagedReward(nearer)).toBeGreaterThanOrEqual(stagedReward(stage));
        expect(stagedReward(grasped)).toBeGreaterThanOrEqual(stagedReward(stage));
        expect(stagedReward({ ...grasped, below: below * (less / 2) })).toBeGreaterThanOrEqual(
          stagedReward(grasped),
        );
        expect(stagedReward({ ...grasped, isAbove: true })).toBeLessThanOrEqual(0.7);
      }),
    );
  });
});
