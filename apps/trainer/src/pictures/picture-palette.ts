import type { Drawing } from '@dppo/env';

/** red, green, blue, 0–255 */
export type Color = readonly [number, number, number];

/** The colours that pictures are painted in, and what one of them looks like where it covers another in part. */
export interface Palette {
  /** at most 256; the first is the paper's */
  readonly colors: readonly Color[];
  readonly indexOf: (color: Color) => number;
  /** The index of what `color` makes of `under` where it covers this part of it, 0–1. */
  readonly over: (under: number, color: number, cover: number) => number;
}

/** Between light and dark, so that a film is at home on a page of either. */
export const paper: Color = [190, 201, 210];
/** Colours of a GIF. */
export const mostColors = 256;
const mostSteps = 16;

/**
 * The colours of all shapes, the paper and, in as many steps as there is room for, the mixtures of any two of them.
 * Throws a RangeError where there are more than 256 colours to begin with.
 */
export function paletteOf(drawings: readonly Drawing[]): Palette {
  const shades = [paper, ...drawings.flatMap(({ shapes }) => shapes.map(({ color }) => color))];
  const pure = [...new Map(shades.map((color) => [color.join(), color])).values()];
  if (pure.length > mostColors) {
    throw new RangeError(`paletteOf: ${pure.length} colours, want at most ${mostColors}`);
  }
  const pairs = pure.flatMap((a, i) => pure.slice(i + 1).map((b) => [a, b] as const));
  const steps = Math.min(mostSteps, 1 + Math.floor((mostColors - pure.length) / Math.max(pairs.length, 1)));
  const parts = Array.from({ length: steps - 1 }, (_, k) => (k + 1) / steps);
  const colors = [...pure, ...pairs.flatMap(([a, b]) => parts.map((part) => mixed(a, b, part)))];

  const indices = new Map(pure.map((color, i) => [color.join(), i]));
  const mixtures = new Int16Array(colors.length * pure.length * steps).fill(-1);

  return {
    colors,
    indexOf(color: Color): number {
      const index = indices.get(color.join());
      if (index === undefined) throw new RangeError(`palette: [${color.join(', ')}] is not in it`);
      return index;
    },
    over(under: number, color: number, cover: number): number {
      const step = Math.round(cover * steps);
      if (step === 0 || step === steps) return step === 0 ? under : color;
      const at = (under * pure.length + color) * steps + step;
      if (mixtures[at] < 0) mixtures[at] = nearest(colors, mixed(colors[under], colors[color], step / steps));
      return mixtures[at];
    },
  };
}

function mixed(a: Color, b: Color, part: number): Color {
  const [red, green, blue] = a.map((value, i) => Math.round(value + (b[i] - value) * part));
  return [red, green, blue];
}

/** Index of the colour with the smallest Euclidean distance. */
function nearest(colors: readonly Color[], [red, green, blue]: Color): number {
  const distances = colors.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return distances.indexOf(Math.min(...distances));
}
