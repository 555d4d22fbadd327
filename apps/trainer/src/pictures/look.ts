import type { Drawing, RgbPicture } from '@dppo/env';

import type { Visible } from '../tasks/visible.ts';
import type { Size } from './picture.ts';
import { animatedGif, filmGif, type Playback } from './picture-gif.ts';
import { shrunk } from './shrunk.ts';

/** What films are made of. */
export type Frame = Drawing | RgbPicture;

/** By what an environment is looked at, and how large a picture of a camera is. */
export interface Looking extends Size {
  /** absent: as it draws itself, or by its usual camera where it does not */
  readonly camera?: string | undefined;
}

/** What an environment looks like now. Throws an Error where a camera is named and the environment has none, or none of that name. */
export function look(env: Visible, { camera, width, height }: Looking): Frame {
  if (env.draw !== undefined && camera === undefined) return env.draw();
  if (env.picture === undefined) throw withoutCameras(camera);
  // Twice as large, so that edges have mixtures of both colours.
  return shrunk(env.picture({ camera, width: 2 * width, height: 2 * height }), { width, height });
}

/**
 * Looks once before an episode, which begins anew.
 *
 * @throws Error naming `--camera` where the environment has none, or none of that name
 */
export function checkCamera(env: Visible, looking: Looking): void {
  const { camera } = looking;
  if (camera === undefined) return;
  if (env.picture === undefined) throw withoutCameras(camera);
  env.reset(0);
  try {
    look(env, looking);
  } catch (error) {
    throw new Error(`--camera ${camera}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** That a camera is named of what has none. */
export function withoutCameras(camera: string | undefined): Error {
  return new Error(`--camera ${camera}: the task has no cameras, wanted a task that has, or none named`);
}

/** Frames of one environment as an animated GIF that repeats; drawings in the size of the playback. Throws a RangeError for none. */
export function gifOf(frames: readonly Frame[], playback: Playback): Uint8Array {
  if (frames.every(isPicture)) return filmGif(frames, playback.fps);
  return animatedGif(
    frames.filter((frame): frame is Drawing => !isPicture(frame)),
    playback,
  );
}

const isPicture = (frame: Frame): frame is RgbPicture => 'rgb' in frame;
