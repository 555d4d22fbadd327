import { createRequire } from 'node:module';

import type { Drawing } from '@dppo/env';

import { paint, type Size } from './picture.ts';
import { type Color, paletteOf } from './picture-palette.ts';

/** What is used of gifenc, which comes without types. */
interface Gifenc {
  readonly GIFEncoder: () => Encoder;
}

interface Encoder {
  /** The palette of the first frame is that of all frames; the delay is in ms, rounded to hundredths of a second. */
  writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void;
  finish(): void;
  bytes(): Uint8Array;
}

interface FrameOptions {
  readonly palette?: readonly Color[];
  readonly delay: number;
}

// It is CommonJS in which Node finds no names to import.
const require = createRequire(import.meta.url);
const { GIFEncoder }: Gifenc = require('gifenc');

interface Playback extends Size {
  /** frames per second as played; a GIF keeps hundredths of a second per frame */
  readonly fps: number;
}

/** Drawings as an animated GIF that repeats, all frames in one palette. Throws a RangeError where there is none. */
export function animatedGif(drawings: readonly Drawing[], { fps, width, height }: Playback): Uint8Array {
  if (drawings.length === 0) throw new RangeError('animatedGif: 0 drawings, want one or more');
  const palette = paletteOf(drawings);
  const encoder = GIFEncoder();
  for (const [i, drawing] of drawings.entries()) {
    encoder.writeFrame(paint(drawing, { width, height }, palette), width, height, {
      ...(i === 0 && { palette: palette.colors }),
      delay: 1000 / fps,
    });
  }
  encoder.finish();
  return encoder.bytes();
}
