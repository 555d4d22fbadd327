import type { Drawable, Env } from '@dppo/env';

/** What a policy can be for. */
export interface Task {
  /** The environment as it is before a policy's wrappers. */
  readonly make: () => (Env & Drawable) | Promise<Env & Drawable>;
  readonly obsDim: number;
  readonly actionDim: number;
  /** Ranges to normalise by before any data tell better ones. They are a matter of scale only; an observation may leave them. */
  readonly bounds: {
    readonly obsMin: number[];
    readonly obsMax: number[];
    readonly actionMin: number[];
    readonly actionMax: number[];
  };
}
