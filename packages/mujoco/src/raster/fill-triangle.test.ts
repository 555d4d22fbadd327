import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Canvas, canvas, clear } from './canvas.ts';
import { fillTriangle } from './fill-triangle.ts';

type Corner = readonly [u: number, v: number, nearness?: number];

/** A triangle on a canvas; what is not in it stays 0. */
function filled(corners: readonly Corner[], onto: Canvas = canvas(6, 5), color = 1): Canvas {
  fillTriangle(onto, Float64Array.from(corners.flatMap(([u, v, nearness = 1]) => [u, v, nearness])), color);
  return onto;
}

/** The canvas as rows of its colours. */
function rowsOf({ width, height, colors }: Canvas): string[] {
  return Array.from({ length: height }, (_, row) => colors.slice(row * width, (row + 1) * width).join(''));
}

/** All of a canvas at one distance. */
const whole = (nearness: number): Corner[] => [
  [-9, -9, nearness],
  [30, -9, nearness],
  [-9, 30, nearness],
];

describe('fillTriangle', () => {
  it('colours the pixels whose middle is inside', () => {
    // The long edge goes from (5, 1) to (1, 4): at v = 1.5 its u is 13/3, at 2.5 it is 3, at 3.5 it is 5/3. So the middles
    // 4.5, of 3.5 and 4.5, and of 2.5, 3.5 and 4.5 lie between it and u = 5.
    const corners = [
      [5, 1],
      [5, 4],
      [1, 4],
    ] as const;
    const want = ['000000', '000010', '000110', '001110', '000000'];
    expect(rowsOf(filled(corners))).toEqual(want);
    expect(rowsOf(filled(corners.toReversed()))).toEqual(want);
  });

  it('takes a middle on the left or upper edge and leaves one on the right or lower edge', () => {
    const corners: Corner[] = [
      [1.5, 1.5],
      [3.5, 1.5],
      [1.5, 3.5],
    ];
    expect(rowsOf(filled(corners))).toEqual(['000000', '011000', '010000', '000000', '000000']);
  });

  it('has 1/z of each middle, which is linear', () => {
    // 1/z = 0.5 + 0.1 u + 0.2 v
    const { nearness, width } = filled([
      [0, 0, 0.5],
      [6, 0, 1.1],
      [0, 5, 1.5],
    ]);
    expect([nearness[0], nearness[2], nearness[3 * width + 1]]).toBeAllclose([0.65, 0.85, 1.35], {
      atol: 1e-6,
    });
  });

  it('lets the nearer one cover, whichever comes first', () => {
    expect(rowsOf(filled(whole(1), filled(whole(2), canvas(2, 1), 2), 1))).toEqual(['22']);
    expect(rowsOf(filled(whole(2), filled(whole(1), canvas(2, 1), 1), 2))).toEqual(['22']);
  });

  it('colours what is on the canvas of a triangle far beyond it', () => {
    const far = filled([
      [-1e7, 2],
      [1e7, 2],
      [0, 1e7],
    ]);
    expect(rowsOf(far)).toEqual(['000000', '000000', '111111', '111111', '111111']);
  });

  const place = fc.double({ min: -4, max: 12, noNaN: true });
  // Multiples of a half lie on middles and on one another's lines.
  const half = fc.integer({ min: -8, max: 24 }).map((value) => value / 2);
  const corner = fc.tuple(fc.oneof(place, half), fc.oneof(place, half));

  it('leaves no gap and covers nothing twice where triangles meet around a corner', () => {
    fc.assert(
      fc.property(corner, ([u, v]) => {
        const around = canvas(8, 8);
        // Corners around all of the canvas and of where the inner one may be.
        const outer: Corner[] = [
          [-5, -5],
          [13, -5.5],
          [13.25, 13],
          [-5, 14],
        ];
        let covered = 0;
        for (const [i, from] of outer.entries()) {
          const part = filled([from, outer[(i + 1) % 4], [u, v]], canvas(8, 8));
          covered += part.colors.reduce((sum, color) => sum + color, 0);
          for (const [at, color] of part.colors.entries()) around.colors[at] += color;
        }
        expect(covered).toBe(64);
        expect(new Set(around.colors)).toEqual(new Set([1]));
      }),
    );
  });

  it('colours nothing of a triangle without area', () => {
    fc.assert(
      fc.property(corner, corner, (from, to) => {
        const middle: Corner = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
        expect(filled([from, to, from]).colors.every((color) => color === 0)).toBe(true);
        expect(filled([from, from, middle]).colors.every((color) => color === 0)).toBe(true);
      }),
    );
  });
});

it('clear takes everything off', () => {
  const used = filled([
    [0, 0],
    [9, 0],
    [0, 9],
  ]);
  clear(used, 7);
  expect(new Set(used.colors)).toEqual(new Set([7]));
  expect(new Set(used.nearness)).toEqual(new Set([0]));
});
