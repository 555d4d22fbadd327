import type { RgbPicture } from '@dppo/env';

/** A picture in the making, rows from the top [height, width]. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** 1/z of what is nearest so far, 1/m; 0: nothing is there */
  readonly nearness: Float32Array;
  /** its colour: red + 256 green + 256² blue */
  readonly colors: Uint32Array;
}

/** A canvas without anything on it, which `clear` has to colour. */
export function canvas(width: number, height: number): Canvas {
  return {
    width,
    height,
    nearness: new Float32Array(width * height),
    colors: new Uint32Array(width * height),
  };
}

/** A colour [3] of 0–1 with a brightness of 0–1, as a canvas has it. */
export function packed(color: ArrayLike<number>, brightness: number): number {
  const full = 255 * brightness;
  return (
    Math.round(full * color[0]) + 256 * Math.round(full * color[1]) + 65536 * Math.round(full * color[2])
  );
}

/** Takes everything off. */
export function clear({ nearness, colors }: Canvas, background: number): void {
  nearness.fill(0);
  colors.fill(background);
}

/** What stands on a canvas. */
export function pictureOn({ width, height, colors }: Canvas): RgbPicture {
  const rgb = new Uint8Array(3 * colors.length);
  for (let i = 0; i < colors.length; i++) {
    const color = colors[i];
    rgb[3 * i] = color;
    rgb[3 * i + 1] = color >> 8;
    rgb[3 * i + 2] = color >> 16;
  }
  return { width, height, rgb };
}
