import type { Batch, Shapes } from './batch.ts';
import type { EnvState } from './env.ts';

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

/** `save` is answered by the states of a thread's environments; those for `restore` wait in its port. */
export const commands = { reset: 0, step: 1, save: 2, restore: 3 } as const;

/** What is told of an environment that was made. */
export interface Made extends Shapes {
  readonly isSavable: boolean;
}

/** What a thread posts: what it made or saved, or null where it is the last that is through with another command. */
export type Answer = { readonly made: readonly Made[] } | { readonly states: readonly EnvState[] } | null;

/** What a thread is started with: it makes environments first … last − 1, then posts what they are. */
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

/** The first message to a thread, once the shapes are known: the rows that it shares with all. The others are states to restore. */
export type Start = Batch;
