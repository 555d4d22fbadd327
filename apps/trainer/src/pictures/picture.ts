import type { Drawing } from '@dppo/env';

import type { Palette } from './picture-palette.ts';

/** Of a picture, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A drawing in the colours of a palette: their indices, row by row from the top [height, width].
 * A pixel whose middle is at the signed distance d from the edge of a shape is covered by ½ − d, and by no more than the shape is
 * thick. Throws a RangeError unless the drawing is wider than 0 m.
 */
export function paint(
  { center, width: metres, shapes }: Drawing,
  { width, height }: Size,
  palette: Palette,
): Uint8Array {
  if (!(metres > 0)) throw new RangeError(`paint: the drawing is ${metres} m wide, want above 0`);
  const scale = width / metres;
  const pixels = new Uint8Array(width * height);
  for (const { from, to, radius, color } of shapes) {
    const index = palette.indexOf(color);
    const [x1, x2] = [from, to].map(([x]) => width / 2 + (x - center[0]) * scale);
    const [y1, y2] = [from, to].map(([, y]) => height / 2 - (y - center[1]) * scale);
    const [dx, dy] = [x2 - x1, y2 - y1];
    const square = dx * dx + dy * dy || 1;
    const r = radius * scale;
    const reach = r + 0.5;
    const [left, top] = [Math.min(x1, x2), Math.min(y1, y2)].map((v) => Math.max(0, Math.floor(v - reach)));
    const right = Math.min(width, Math.ceil(Math.max(x1, x2) + reach));
    const bottom = Math.min(height, Math.ceil(Math.max(y1, y2) + reach));
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const x = column + 0.5 - x1;
        const y = row + 0.5 - y1;
        const along = Math.min(Math.max((x * dx + y * dy) / square, 0), 1);
        const distance = Math.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2) - r;
        const cover = Math.min(1, 2 * r, 0.5 - distance);
        const at = row * width + column;
        if (cover > 0) pixels[at] = palette.over(pixels[at], index, cover);
      }
    }
  }
  return pixels;
}
