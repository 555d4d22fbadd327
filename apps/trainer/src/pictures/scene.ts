/** A place, along x and y. */
export type Place = readonly [x: number, y: number];

/** A task seen from above, and what moves in it. */
export interface Scene {
  /** of lengths */
  readonly unit: string;
  /** what is seen from left to right */
  readonly x: readonly [left: number, right: number];
  /** what is seen from below upwards */
  readonly y: readonly [low: number, high: number];
  /** pixels per unit */
  readonly scale: number;
  readonly discs: readonly { readonly at: Place; readonly radius: number }[];
  readonly lines: readonly Line[];
  /** What leaves a line behind it: each has a row of panels. */
  readonly movers: readonly Mover[];
  /** What may become of an episode and the colour of its lines; the first is what is wanted. */
  readonly outcomes: readonly { readonly name: string; readonly color: string }[];
  /** What those do that become what is wanted. */
  readonly wanted: string;
  /** What became of an episode, from its reset on. */
  readonly outcomeOf: (episode: readonly Float32Array[]) => string;
}

interface Line {
  readonly places: readonly Place[];
  readonly color: string;
  /** pixels that are drawn and left out */
  readonly dash?: readonly [number, number];
  /** of what it encloses */
  readonly fill?: string;
}

interface Mover {
  readonly name: string;
  readonly placeIn: (observation: Float32Array) => Place;
  /** Its outline, drawn where it is at the end. */
  readonly outlineIn?: (observation: Float32Array) => readonly Place[];
}
