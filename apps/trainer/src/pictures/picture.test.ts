import type { Capsule } from '@dppo/env';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { paint } from './picture.ts';
import { paletteOf, paper } from './picture-palette.ts';

const red = [200, 0, 0] as const;
const blue = [0, 0, 200] as const;
const blank = paper.join();
const size = { width: 100, height: 80 };

const disc = (x: number, y: number, radius: number, color: Capsule['color'] = red): Capsule => ({
  from: [x, y],
  to: [x, y],
  radius,
  color,
});

/** A picture 100 pixels wide for 10 m around the origin, its colours [height][width]. */
function painted(shapes: readonly Capsule[]): readonly (readonly string[])[] {
  const drawing = { center: [0, 0], width: 10, shapes } as const;
  const palette = paletteOf([drawing]);
  const names = palette.colors.map((color) => color.join());
  const pixels = paint(drawing, size, palette);
  return Array.from({ length: size.height }, (_, row) =>
    Array.from(pixels.subarray(row * size.width, (row + 1) * size.width), (index) => names[index]),
  );
}

/** How many pixels a red shape covers, read off the green that it leaves of the paper. */
function area(shapes: readonly Capsule[]): number {
  const greens = painted(shapes).flatMap((row) => row.map((color) => Number(color.split(',')[1])));
  return greens.reduce((sum, green) => sum + 1 - green / paper[1], 0);
}

const relative = (found: number, expected: number): number => Math.abs(found / expected - 1);

describe('paint', () => {
  it('leaves the paper as it is without shapes', () => {
    expect(new Set(painted([]).flat())).toEqual(new Set([blank]));
  });

  it('puts y = 1 m ten pixels above the middle, of 100 pixels for 10 m', () => {
    const picture = painted([disc(2, 1, 0.3)]);
    // x: 50 + 20 = 70, y: 40 − 10 = 30; the disc reaches 3 pixels to every side
    const edges = [-4, -3, 2, 3];
    const beside = edges.map((offset) => picture[30][70 + offset] !== blank);
    const above = edges.map((offset) => picture[30 + offset][70] !== blank);
    expect(beside).toEqual([false, true, true, false]);
    expect(above).toEqual(beside);
  });

  it('covers π·r² with a disc, within 1 %, wherever its middle falls', () => {
    const within = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(within, within, fc.double({ min: 0.8, max: 2.5, noNaN: true }), (x, y, radius) => {
        expect(relative(area([disc(x, y, radius)]), Math.PI * (10 * radius) ** 2)).toBeLessThan(0.01);
      }),
      { numRuns: 30 },
    );
  });

  it('covers 2·r·length + π·r² with a capsule, within 1 %, whatever its direction', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }), (angle) => {
        const [x, y] = [2 * Math.cos(angle), 2 * Math.sin(angle)];
        const found = area([{ from: [-x, -y], to: [x, y], radius: 0.5, color: red }]);
        expect(relative(found, 2 * 5 * 40 + Math.PI * 5 ** 2)).toBeLessThan(0.01);
      }),
      { numRuns: 30 },
    );
  });

  it('covers half of a line of pixels with a line half a pixel thick', () => {
    const shape = { from: [-2, 0.05], to: [2, 0.05], radius: 0.025, color: red } as const;
    expect(relative(area([shape]), 40 / 2)).toBeLessThan(0.03);
  });

  it('paints the mirror image of a mirrored shape', () => {
    const shape: Capsule = { from: [-1.3, 0.4], to: [2.1, 1.7], radius: 0.37, color: red };
    const left: Capsule = { ...shape, from: [1.3, 0.4], to: [-2.1, 1.7] };
    const down: Capsule = { ...shape, from: [-1.3, -0.4], to: [2.1, -1.7] };
    const picture = painted([shape]);
    expect(painted([left])).toEqual(picture.map((row) => row.toReversed()));
    expect(painted([down])).toEqual(picture.toReversed());
    expect(painted([{ ...shape, from: shape.to, to: shape.from }])).toEqual(picture);
  });

  it('cuts shapes off at the border', () => {
    expect(relative(area([disc(-5, 4, 3)]), (Math.PI * 30 ** 2) / 4)).toBeLessThan(0.01);
    expect(area([disc(0, 0, 100)])).toBe(100 * 80);
    expect(area([disc(9, 0, 2), disc(0, -9, 2)])).toBe(0);
  });

  it('lets later shapes cover earlier ones', () => {
    const [under, over] = [disc(0, 0, 1), disc(0.5, 0, 1, blue)];
    expect(painted([under, over])[40].slice(41, 59)).toEqual([
      ...Array(4).fill(red.join()),
      ...Array(14).fill(blue.join()),
    ]);
    expect(painted([over, under])[40].slice(41, 59)).toEqual(Array(18).fill(red.join()));
  });

  it('refuses a drawing that is not wider than 0', () => {
    const drawing = { center: [0, 0], width: 0, shapes: [] } as const;
    expect(() => paint(drawing, size, paletteOf([drawing]))).toThrow(
      new RangeError('paint: the drawing is 0 m wide, want above 0'),
    );
  });
});
