import type { Scene } from '../pictures/scene.ts';
import type { MaybeVisible } from './visible.ts';

/** The environments of a task. */
export interface TaskEnvs {
  /** Environment `index` as it is before a policy's wrappers. */
  readonly make: MakeEnv;
  /** The number of steps is part of the task: the step at the time limit is its end, whose value is not bootstrapped. */
  readonly endsAtLimit?: boolean;
}

/** What a policy can be for. */
export interface Task extends TaskEnvs {
  /** Gets what its environments need and is not here yet, before threads that have only so long to make them; says what. */
  readonly prepare?: () => Promise<unknown>;
  readonly obsDim: number;
  readonly actionDim: number;
  /** Ranges to normalise by before any data tell better ones. They are a matter of scale only; an observation may leave them. */
  readonly bounds: {
    readonly obsMin: number[];
    readonly obsMax: number[];
    readonly actionMin: number[];
    readonly actionMax: number[];
  };
  /** What demonstrations may show in place of an observation, in the task's units. */
  readonly recorded?: {
    readonly obsDim: number;
    /** What makes an observation of it. */
    readonly observer: () => Promise<(recorded: Float32Array) => ArrayLike<number>>;
  };
  /** What its trajectories are drawn in; absent where they are not seen from above. */
  readonly scene?: () => Promise<Scene>;
}

export type MakeEnv = (index: number) => Promise<MaybeVisible>;

/** How environments of a task are stepped. */
export interface EnvironmentOptions {
  readonly count: number;
  /** Threads, or processes of Python. */
  readonly workers?: number | undefined;
  /** seconds that one environment has for a step, a reset or its making */
  readonly envTimeout?: number | undefined;
}
