import type { RgbPicture } from '@dppo/env';

import type { Camera, Solid } from './camera.ts';
import { canvas, clear, packed, pictureOn } from './canvas.ts';
import { drawSolid, workspace } from './draw-solid.ts';

/** Of a picture. */
export interface PictureOptions {
  /** pixels */
  readonly width: number;
  /** pixels */
  readonly height: number;
  /** red, green and blue of where nothing is [3], 0–1 */
  readonly background?: ArrayLike<number>;
}

/**
 * What makes pictures of solids, each triangle in one colour, by a buffer of depths; it keeps that buffer and needs no graphics card.
 *
 * @throws RangeError where the picture has no pixels
 */
export function rasteriser({
  width,
  height,
  background = [0.8, 0.85, 0.9],
}: PictureOptions): (camera: Camera, solids: readonly Solid[]) => RgbPicture {
  if (!isCount(width) || !isCount(height)) {
    throw new RangeError(
      `rasteriser: width is ${width}, height ${height}, wanted whole numbers of at least 1`,
    );
  }
  const target = canvas(width, height);
  let work = workspace(0);
  return (camera, solids) => {
    const most = Math.max(0, ...solids.map(({ surface }) => surface.vertices.length));
    if (work.seen.length < most) work = workspace(most / 3);
    clear(target, packed(background, 1));
    for (const solid of solids) drawSolid(target, camera, solid, work);
    return pictureOn(target);
  };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
