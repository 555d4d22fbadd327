/** A thick line with round ends, in metres; a disc where both ends are one point. */
export interface Capsule {
  /** one end, m */
  readonly from: readonly [x: number, y: number];
  /** the other end, m */
  readonly to: readonly [x: number, y: number];
  /** half the thickness, m */
  readonly radius: number;
  /** red, green, blue, 0–255 */
  readonly color: readonly [number, number, number];
}

/** A picture of one moment in the plane: y points up, later shapes cover earlier ones. */
export interface Drawing {
  /** the point in the middle of the picture */
  readonly center: readonly [x: number, y: number];
  /** how many metres the picture is wide */
  readonly width: number;
  /** from back to front */
  readonly shapes: readonly Capsule[];
}

/** An environment that can draw its present state. */
export interface Drawable {
  /** The state as it is now; changes nothing. */
  draw(): Drawing;
}
