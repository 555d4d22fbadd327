import type { Batch } from './batch.ts';

/** Places in the shared control words. */
export const Control = {
  /** counts commands; the threads sleep on it */
  Generation: 0,
  Command: 1,
  /** threads that have not finished the command */
  Remaining: 2,
  /** from here on, per thread: the environment that it is busy with; the complement of the last one, ~i < 0, when it is through */
  Current: 3,
} as const;

export const commands = { reset: 0, step: 1 } as const;

/** What a thread is started with: it makes environments first … last − 1, then posts their shapes. */
export interface WorkerData {
  readonly module: string;
  readonly data: unknown;
  readonly first: number;
  readonly last: number;
  readonly worker: number;
  readonly control: Int32Array;
  /** a seed for each of all environments, NaN to go on with its own generator [N] */
  readonly seeds: Float64Array;
}

/** The one message to a thread, once the shapes are known: the rows that it shares with all. */
export type Start = Batch;
