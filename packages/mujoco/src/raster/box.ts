import { surface, type Surface } from './surface.ts';

const corners = [-1, 1].flatMap((z) => [-1, 1].flatMap((y) => [-1, 1].map((x) => [x, y, z] as const)));

// Of a corner, bit 0 says whether x is +1, bit 1 whether y is, bit 2 whether z is.
const sides = [
  [0, 2, 3, 0, 3, 1], // −z
  [4, 5, 7, 4, 7, 6], // +z
  [0, 1, 5, 0, 5, 4], // −y
  [2, 6, 7, 2, 7, 3], // +y
  [0, 4, 6, 0, 6, 2], // −x
  [1, 3, 7, 1, 7, 5], // +x
];
const faces = Int32Array.from(sides.flat());

/** A box of half sizes x, y and z, m. */
export function box([x, y, z]: ArrayLike<number> & Iterable<number>): Surface {
  return surface(Float32Array.from(corners.flatMap((at) => [x * at[0], y * at[1], z * at[2]])), faces);
}
