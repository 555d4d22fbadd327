import type { Demonstration } from './demonstrations.ts';

/** A scripted demonstrator of a task, by the numbers of its episodes. */
export interface Demonstrators {
  readonly obsDim: number;
  readonly actionDim: number;
  /** Episodes that are played at once. */
  readonly count: number;
  /** What its episodes have in common, in a few words. */
  readonly about: string;
  /** Plays episodes `first` … `first` + `count` − 1, and gives those that succeed, the same whenever it is asked. */
  readonly play: (first: number, signal: AbortSignal) => Promise<readonly Demonstration[]>;
  readonly close: () => Promise<void>;
}
