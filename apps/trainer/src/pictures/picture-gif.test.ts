import type { Drawing } from '@dppo/env';
import { GifReader } from 'omggif';
import { expect, it } from 'vitest';

import { paint } from './picture.ts';
import { animatedGif, filmGif } from './picture-gif.ts';
import { paletteOf } from './picture-palette.ts';

/** A disc that moves to the right. */
const drawings = Array.from({ length: 3 }, (_, t): Drawing => {
  const middle = [t, 0.5] as const;
  return {
    center: [0, 0],
    width: 8,
    shapes: [{ from: middle, to: middle, radius: 1, color: [214, 39, 40] }],
  };
});
const film = { width: 61, height: 43, fps: 25 };

it('is read back as it was painted, frame by frame', () => {
  const reader = new GifReader(animatedGif(drawings, film));
  expect([reader.width, reader.height, reader.numFrames()]).toEqual([61, 43, 3]);
  const palette = paletteOf(drawings);
  for (const [i, drawing] of drawings.entries()) {
    const read = new Uint8Array(61 * 43 * 4);
    reader.decodeAndBlitFrameRGBA(i, read);
    const expected = Array.from(paint(drawing, film, palette), (index) => [...palette.colors[index], 255]);
    expect(read).toEqual(Uint8Array.from(expected.flat()));
  }
});

it('plays on and on, each frame for 1/25 s, with one palette for all', () => {
  const reader = new GifReader(animatedGif(drawings, film));
  expect(reader.loopCount()).toBe(0);
  for (const i of drawings.keys()) {
    expect(reader.frameInfo(i)).toMatchObject({ delay: 4, has_local_palette: false });
  }
});

it('reads back a picture of noise, which no encoder makes smaller', () => {
  const shapes = Array.from({ length: 4000 }, (_, i) => {
    const middle = [((i * 7919) % 80) / 80 - 0.5, (((i * 104_729) % 61) / 61 - 0.5) * 0.7] as const;
    return { from: middle, to: middle, radius: 0.006, color: [i % 16, (i * i) % 13, 90] as const };
  });
  const drawing: Drawing = { center: [0, 0], width: 1, shapes };
  const palette = paletteOf([drawing]);
  const reader = new GifReader(animatedGif([drawing], { width: 320, height: 240, fps: 50 }));
  const read = new Uint8Array(320 * 240 * 4);
  reader.decodeAndBlitFrameRGBA(0, read);
  const indices = paint(drawing, { width: 320, height: 240 }, palette);
  expect(read.filter((_, i) => i % 4 === 0)).toEqual(indices.map((index) => palette.colors[index][0]));
});

it('is read back as the pictures were, to what 255 colours can, and what stays takes no room', () => {
  // Left of a border that moves pixels get brighter downwards; right of it they are blue.
  const pictures = Array.from({ length: 9 }, (_, t) => ({
    width: 40,
    height: 30,
    rgb: Uint8Array.from({ length: 3600 }, (__, i) => {
      const [row, column] = [Math.floor(i / 120), Math.floor(i / 3) % 40];
      return column < 4 * t ? 8 * row : [20, 40, 200][i % 3];
    }),
  }));
  const gif = filmGif(pictures, 25);
  const reader = new GifReader(gif);
  const shown = new Uint8Array(40 * 30 * 4);
  for (const [i, { rgb }] of pictures.entries()) {
    reader.decodeAndBlitFrameRGBA(i, shown);
    const off = shown.filter((_, at) => at % 4 < 3).map((value, at) => Math.abs(value - rgb[at]));
    // Colours are told apart by five or six bits.
    expect(Math.max(...off)).toBeLessThanOrEqual(8);
  }
  const still = filmGif([...pictures, ...Array(20).fill(pictures[8])], 25);
  expect(still.length - gif.length).toBeLessThan(20 * 100);
});

it('refuses a film without frames', () => {
  expect(() => animatedGif([], film)).toThrow(new RangeError('animatedGif: 0 drawings, want one or more'));
});
