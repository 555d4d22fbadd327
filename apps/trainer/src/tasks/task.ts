import type { Drawable, Env } from '@dppo/env';

/** What a policy can be for. */
export interface Task {
  /** Environment `index` as it is before a policy's wrappers. */
  readonly make: MakeEnv;
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

/** An environment of one's own need not be drawable. */
export type MakeEnv = (index: number) => Promise<Env & Partial<Drawable>>;
