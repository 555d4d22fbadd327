import { createRequire } from 'node:module';

import type { Drawing } from '@dppo/env';
import type { RgbPicture } from '@dppo/gymnasium';

import { paint, type Size } from './picture.ts';
import { type Color, mostColors, paletteOf } from './picture-palette.ts';

/** What is used of gifenc, which comes without types. */
interface Gifenc {
  readonly GIFEncoder: () => Encoder;
  /** At most `most` colours that are near those of the pixels, RGBA. */
  readonly quantize: (rgba: Uint8Array, most: number) => Color[];
  readonly applyPalette: (rgba: Uint8Array, palette: readonly Color[]) => Uint8Array;
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
  /** The index of what shows the frame before; 1: that stays where it is. */
  readonly transparent?: boolean;
  readonly transparentIndex?: number;
  readonly dispose?: number;
}

// It is CommonJS in which Node finds no names to import.
const require = createRequire(import.meta.url);
const { GIFEncoder, applyPalette, quantize }: Gifenc = require('gifenc');

/** How a film is shown. */
export interface Playback extends Size {
  /** frames per second as played; a GIF keeps hundredths of a second per frame */
  readonly fps: number;
}

/** Drawings as an animated GIF that repeats, all frames in one palette. Throws a RangeError where there is none. */
export function animatedGif(drawings: readonly Drawing[], { fps, ...size }: Playback): Uint8Array {
  if (drawings.length === 0) throw new RangeError('animatedGif: 0 drawings, want one or more');
  const palette = paletteOf(drawings);
  return encoded(drawings, palette.colors, { ...size, fps }, (drawing) => paint(drawing, size, palette));
}

/** Pictures of which colours are taken. */
const samples = 8;

/**
 * Pictures of one size as an animated GIF that repeats, all frames in 255 colours that are near those of some; what stays as it was is
 * no part of a frame. Throws a RangeError where there is none.
 */
export function filmGif(pictures: readonly RgbPicture[], fps: number): Uint8Array {
  if (pictures.length === 0) throw new RangeError('filmGif: 0 pictures, want one or more');
  const every = Math.ceil(pictures.length / samples);
  const some = pictures.filter((_, i) => i % every === 0);
  const colors = quantize(joined(some.map(rgba)), mostColors - 1);
  const unchanged = colors.length;
  const { width, height } = pictures[0];
  let before: Uint8Array | undefined;
  return encoded(pictures, [...colors, colors[0]], { width, height, fps, unchanged }, (picture) => {
    const [shown, now] = [before, applyPalette(rgba(picture), colors)];
    before = now;
    return shown === undefined ? now : now.map((index, i) => (index === shown[i] ? unchanged : index));
  });
}

function encoded<T>(
  frames: readonly T[],
  palette: readonly Color[],
  { fps, width, height, unchanged }: Playback & { readonly unchanged?: number },
  indices: (frame: T) => Uint8Array,
): Uint8Array {
  const encoder = GIFEncoder();
  for (const [i, frame] of frames.entries()) {
    encoder.writeFrame(indices(frame), width, height, {
      ...(i === 0 && { palette }),
      ...(unchanged !== undefined && { transparent: true, transparentIndex: unchanged, dispose: 1 }),
      delay: 1000 / fps,
    });
  }
  encoder.finish();
  return encoder.bytes();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** In memory of its own, which is read four bytes at once. */
function rgba({ rgb }: RgbPicture): Uint8Array {
  const all = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length; i++) all[4 * Math.floor(i / 3) + (i % 3)] = rgb[i];
  return all;
}
