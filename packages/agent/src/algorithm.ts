import type { Tree } from '@dppo/optim';

import type { Randomness } from './randomness.ts';
import type { Column, Table } from './rollout/table.ts';

/** Numbers by name; the names follow CleanRL and Stable-Baselines3. */
export type Metrics = Readonly<Record<string, number>>;

/** What every training counts. A type, not an interface, to be a Tree. */
export type Counters = {
  /** Finished training iterations. */
  readonly iteration: number;
  /** Environment steps taken so far, by all environments. */
  readonly envSteps: number;
};

/** Chosen actions, and what else must be remembered of them. */
export type Acted = {
  /** The chunk of each row [Ta, Da]. */
  readonly action: Column<Float32Array>;
  readonly [name: string]: Column;
};

/** T steps of N environments; row t·N + n is step t of environment n. */
export interface Rollout {
  /** N */
  readonly count: number;
  /**
   * `obs.*` what the policy saw, `reached.*` what each step led to, before any reset, `reward`, `terminated` whether the task
   * ended in the step, `truncated` whether the episode was cut there, `first` whether it is the first of its episode, and what `act` made.
   */
  readonly table: Table;
  /** Environment steps taken by all N. */
  readonly envSteps: number;
  /** Episodes that ended within the rollout, whenever they began. */
  readonly episodes: readonly Episode[];
}

/** One finished episode. */
export interface Episode {
  /** Sum of its rewards, not discounted. */
  readonly return: number;
  /** Environment steps. */
  readonly length: number;
  /** Whether a step of it was a success; absent where the environment does not say. */
  readonly success?: boolean;
  /** The best progress of its steps, in [0, 1]; absent where the environment does not say. */
  readonly progress?: number;
}

/** What `learn` is told beside state and experience. */
export interface LearnContext {
  /** Randomness of this iteration's learning. */
  readonly random: Randomness;
  /** Ends the learning with its reason, between two minibatches; the state passed in stays whole. */
  readonly signal?: AbortSignal | undefined;
}

/** A way to learn from experience: three functions of a state that is a tree. */
export interface Algorithm<State extends Counters & { readonly [name: string]: Tree }> {
  /** The state before the first iteration, the same for the same `seed`. */
  init(seed: number): State;
  /** Chooses a chunk for each row of `obs`, columns `obs.*`, as `state` has learned to, exploring. */
  act(state: State, obs: Table, random: Randomness): Acted;
  /** One iteration's learning from `state` on; parts of it that did not change are shared with the state returned (`release` knows). */
  learn(state: State, rollout: Rollout, context: LearnContext): Promise<{ state: State; metrics: Metrics }>;
}
