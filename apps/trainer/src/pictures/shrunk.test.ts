import { expect, it } from 'vitest';

import { shrunk } from './shrunk.ts';

/** Two rows of four pixels: red 0, 10, … 70, nothing of green, all of blue. */
const picture = {
  width: 4,
  height: 2,
  rgb: Uint8Array.from({ length: 24 }, (_, i) => [10 * Math.floor(i / 3), 0, 255][i % 3]),
};

it('is the mean of the pixels, by hand', () => {
  // (0 + 10 + 40 + 50)/4 and (20 + 30 + 60 + 70)/4.
  expect(shrunk(picture, { width: 2, height: 2 })).toEqual({
    width: 2,
    height: 1,
    rgb: Uint8Array.of(25, 0, 255, 45, 0, 255),
  });
});

it('keeps the proportion of the sides, and what is small enough', () => {
  expect(shrunk(picture, { width: 3, height: 9 })).toMatchObject({ width: 3, height: 1 });
  expect(shrunk(picture, { width: 4, height: 2 })).toBe(picture);
  expect(shrunk(picture, { width: 100, height: 100 })).toBe(picture);
});
