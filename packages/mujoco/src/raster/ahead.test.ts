import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ahead } from './ahead.ts';

/** The corners of what is left of a triangle. */
function cut(corners: readonly (readonly number[])[], near: number): number[][] {
  const into = new Float64Array(12);
  const count = ahead(Float64Array.from(corners.flat()), near, into);
  return Array.from({ length: count }, (_, i) => [...into.subarray(3 * i, 3 * i + 3)]);
}

/** Twice the area of a polygon as seen along z. */
function areaOf(polygon: readonly (readonly number[])[]): number {
  return polygon.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

const triangle = [
  [0, 0, 1],
  [4, 0, 3],
  [0, 2, 5],
];

describe('ahead', () => {
  it('leaves what is all ahead as it is, and nothing of what is behind', () => {
    expect(cut(triangle, 1)).toEqual(triangle);
    expect(cut(triangle, 6)).toEqual([]);
  });

  it('cuts one corner off: a quadrangle is left', () => {
    // z = 2 is half the way from (0, 0, 1) to (4, 0, 3), and a quarter of that to (0, 2, 5).
    expect(cut(triangle, 2)).toEqual([
      [2, 0, 2],
      [4, 0, 3],
      [0, 2, 5],
      [0, 0.5, 2],
    ]);
  });

  it('cuts two corners off: a triangle is left', () => {
    expect(cut(triangle, 4)).toEqual([
      [2, 1, 4],
      [0, 2, 5],
      [0, 1.5, 4],
    ]);
  });

  const number = fc.double({ min: -2, max: 2, noNaN: true });
  const corner = fc.tuple(number, number, number);

  it('and what is behind make up the triangle', () => {
    fc.assert(
      fc.property(fc.tuple(corner, corner, corner), number, (corners, near) => {
        const mirrored = corners.map(([x, y, z]) => [x, y, -z]);
        const [front, back] = [cut(corners, near), cut(mirrored, -near)];
        expect(areaOf(front) + areaOf(back)).toBeCloseTo(areaOf(corners), 9);
        for (const [, , z] of front) expect(z).toBeGreaterThanOrEqual(near);
      }),
    );
  });
});
