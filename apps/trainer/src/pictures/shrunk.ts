import type { RgbPicture } from '@dppo/gymnasium';

import type { Size } from './picture.ts';

/** A picture that fits into `size`, its sides in proportion: each pixel the mean of those that it stands for. A small one stays as it is. */
export function shrunk(picture: RgbPicture, size: Size): RgbPicture {
  const scale = Math.min(1, size.width / picture.width, size.height / picture.height);
  if (scale === 1) return picture;
  const [width, height] = [picture.width, picture.height].map((side) =>
    Math.max(1, Math.floor(side * scale)),
  );
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, picture.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, picture.width);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = top; row < bottom; row++) {
        const end = 3 * (row * picture.width + right);
        for (let at = 3 * (row * picture.width + left); at < end; at += 3) {
          red += picture.rgb[at];
          green += picture.rgb[at + 1];
          blue += picture.rgb[at + 2];
        }
      }
      const pixels = (bottom - top) * (right - left);
      const at = 3 * (y * width + x);
      rgb[at] = Math.round(red / pixels);
      rgb[at + 1] = Math.round(green / pixels);
      rgb[at + 2] = Math.round(blue / pixels);
    }
  }
  return { width, height, rgb };
}

/** From where to where the pixels of a longer side are those of pixel `at`. */
function span(at: number, length: number, longer: number): [number, number] {
  return [Math.floor((at * longer) / length), Math.floor(((at + 1) * longer) / length)];
}
