import type { RgbPicture } from './rgb-picture.ts';

/** What a picture is of, and how large it is. */
export interface Shot {
  /** the name of what looks; absent: the environment's usual one */
  readonly camera?: string | undefined;
  /** pixels */
  readonly width: number;
  /** pixels */
  readonly height: number;
}

/** An environment that cameras look at. */
export interface Pictured {
  /** The state as it is now; changes nothing. Throws an Error where there is no such camera, or no pixel. */
  picture(shot: Shot): RgbPicture;
}
