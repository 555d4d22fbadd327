/** A round obstacle, in metres. */
export interface Cylinder {
  /** Of its axis, to the right. */
  readonly x: number;
  /** Of its axis, from the start to the finish. */
  readonly y: number;
  /** Without the rod's. */
  readonly radius: number;
}

/** Half the distance of neighbours in a row. */
const offset = 0.075;
const middle = 0.5;

/** The cylinders as rows from the start to the finish, each from left to right; D3IL's (arXiv 2402.14606). */
export const rows: readonly (readonly Cylinder[])[] = [
  [{ x: middle, y: -0.1, radius: 0.03 }],
  [middle - offset, middle + offset].map((x) => ({ x, y: 0.08, radius: 0.025 })),
  [middle - 2 * offset, middle, middle + 2 * offset].map((x) => ({ x, y: 0.26, radius: 0.025 })),
];

/** Radius of the rod that must not touch a cylinder, in metres. */
export const rodRadius = 0.01;

/** Where the rod starts, in metres. */
export const start = { x: 0.525, y: -0.28 };

/** The y to pass, and the x to stay between, in metres. */
export const field = { finish: 0.4, left: 0.2, right: 0.8 };

/** The gap of each row, counted from the left: 2 × 3 × 4 = 24 ways through. */
export type Way = readonly [first: number, second: number, third: number];

/** All ways through. */
export const ways: readonly Way[] = gapsOf(0).flatMap((first) =>
  gapsOf(1).flatMap((second) => gapsOf(2).map((third): Way => [first, second, third])),
);

/**
 * The ways of the demonstrations that the paper pre-trains from: right of the first cylinder, left of the second row, then
 * the leftmost gap of the third row or one other (reference cfg/d3il/pretrain/avoid_m{1,2,3}).
 */
export const demonstratedWays: Readonly<Record<'m1' | 'm2' | 'm3', readonly Way[]>> = {
  m1: [leftmost(0), leftmost(1)],
  m2: [leftmost(0), leftmost(2)],
  m3: [leftmost(0), leftmost(3)],
};

/** The gap of a row that a point at x is in. */
export function gapAt(row: number, x: number): number {
  return rows[row].filter((cylinder) => cylinder.x < x).length;
}

function gapsOf(row: number): number[] {
  return Array.from({ length: rows[row].length + 1 }, (_, gap) => gap);
}

function leftmost(third: number): Way {
  return [1, 0, third];
}
