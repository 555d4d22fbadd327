import type { Drawing } from '@dppo/env';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Color, paletteOf, paper } from './picture-palette.ts';

const drawingIn = (colors: readonly Color[]): Drawing => ({
  center: [0, 0],
  width: 1,
  shapes: colors.map((color) => ({ from: [0, 0], to: [0, 0], radius: 1, color })),
});

const channel = fc.integer({ min: 0, max: 255 });
const colorLists = fc.array(fc.tuple(channel, channel, channel), { maxLength: 40 });

describe('paletteOf', () => {
  it('has the paper, the colours of all drawings and fifteen mixtures of each two', () => {
    const { colors, indexOf } = paletteOf([drawingIn([[0, 0, 0]]), drawingIn([[255, 255, 95]])]);
    expect(colors).toHaveLength(3 + 3 * 15);
    expect([indexOf(paper), indexOf([0, 0, 0]), indexOf([255, 255, 95])]).toEqual([0, 1, 2]);
    // Black to [255, 255, 95], half of the way: 127.5 and 47.5, rounded.
    expect(colors).toContainEqual([128, 128, 48]);
    // The paper to black, half of the way: [190, 201, 210] / 2.
    expect(colors).toContainEqual([95, 101, 105]);
  });

  it('has at most 256 colours, those of the drawings exactly', () => {
    fc.assert(
      fc.property(colorLists, (shades) => {
        const { colors, indexOf } = paletteOf([drawingIn(shades)]);
        expect(colors.length).toBeLessThanOrEqual(256);
        for (const shade of shades) expect(colors[indexOf(shade)]).toEqual(shade);
      }),
    );
  });

  it('leaves what is not covered and replaces what is covered whole', () => {
    fc.assert(
      fc.property(colorLists, (shades) => {
        const { colors, indexOf, over } = paletteOf([drawingIn([[1, 2, 3], ...shades])]);
        const color = indexOf([1, 2, 3]);
        for (const under of colors.keys()) {
          expect([over(under, color, 0), over(under, color, 1)]).toEqual([under, color]);
        }
      }),
    );
  });

  it('mixes a mixture with a third colour to the nearest colour it has', () => {
    const { colors, indexOf, over } = paletteOf([
      drawingIn([
        [0, 0, 0],
        [128, 128, 128],
      ]),
    ]);
    const grey = over(0, indexOf([0, 0, 0]), 0.5);
    // [190, 201, 210] / 2
    expect(colors[grey]).toEqual([95, 101, 105]);
    expect(colors[over(grey, indexOf([0, 0, 0]), 0.5)][0]).toBeCloseTo(48, -1);
  });

  it('refuses more than 256 colours, and a colour of no drawing', () => {
    const shades = Array.from({ length: 256 }, (_, i) => [i, 0, 0] as const);
    expect(() => paletteOf([drawingIn(shades)])).toThrow(
      new RangeError('paletteOf: 257 colours, want at most 256'),
    );
    expect(() => paletteOf([]).indexOf([1, 2, 3])).toThrow('[1, 2, 3] is not in it');
  });
});
