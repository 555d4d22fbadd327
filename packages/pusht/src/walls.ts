/** A wall: a straight line with round ends. */
export interface Wall {
  /** one end, px */
  readonly from: readonly [x: number, y: number];
  /** the other end, px */
  readonly to: readonly [x: number, y: number];
}

const [near, far] = [5, 506];

/** The walls of the field. */
export const walls: readonly Wall[] = [
  { from: [near, far], to: [near, near] },
  { from: [near, near], to: [far, near] },
  { from: [far, near], to: [far, far] },
  { from: [near, far], to: [far, far] },
];

/** Half the thickness of a wall, px. */
export const wallRadius = 2;
