/** Side of the field, px: positions are in [0, 512], y points down. */
export const fieldSize = 512;

/** Radius of the disc that pushes, px. */
export const agentRadius = 15;

/** Where the block has to be: its origin in px, its angle in rad. */
export const goal: Pose = { x: 256, y: 256, angle: Math.PI / 4 };

/** A rectangle of the block in its own frame, px. */
export interface Rectangle {
  /** least x */
  readonly left: number;
  /** largest x */
  readonly right: number;
  /** least y */
  readonly top: number;
  /** largest y */
  readonly bottom: number;
}

/** The bar of the T and its stem. */
export const tee: readonly [bar: Rectangle, stem: Rectangle] = [
  { left: -60, right: 60, top: 0, bottom: 30 },
  { left: -15, right: 15, top: 30, bottom: 120 },
];

const outline = tee.flatMap(({ left, right, top, bottom }) => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
]);

/** Of the centre of gravity in the block's frame, along y, px. */
export const centerOfGravity = 45;

/** Reciprocals of the block's mass (1) and of its moment about the centre of gravity, twice that of the bar about the origin. */
export const inverseMass = 1;
export const inverseMoment: number = 1 / 3000;

/** Place of a block: its origin in px, its angle in rad. */
export interface Pose {
  /** of the origin, the middle of the bar's upper edge */
  readonly x: number;
  /** of the origin */
  readonly y: number;
  /** from x to y */
  readonly angle: number;
}

/**
 * The corners of both rectangles where a block is [2, 4, 2], each from the upper left one over the upper right one.
 *
 * @param out - where they are written, and what is given back
 */
export function corners({ x, y, angle }: Pose, out: Float64Array = new Float64Array(16)): Float64Array {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (const [i, [px, py]] of outline.entries()) {
    out[2 * i] = x + px * cos - py * sin;
    out[2 * i + 1] = y + px * sin + py * cos;
  }
  return out;
}
