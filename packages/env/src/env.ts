/** What one call of `Env.step` led to. */
export interface Step {
  /** the observation that the action led to, row-major in `obsShape`; a fresh array */
  readonly obs: Float32Array;
  /** for this step */
  readonly reward: number;
  /** the task itself ended here: no reward can follow */
  readonly terminated: boolean;
  /** the episode was cut here although rewards could follow; never together with `terminated` */
  readonly truncated: boolean;
  /** environment steps really taken; 1 where absent, up to `actSteps` for a chunk of actions */
  readonly steps?: number;
  /** whether what was to be done is done, in any of these steps; absent where the environment does not say */
  readonly success?: boolean;
  /** how much of what was to be done is done at best in these steps, in [0, 1]; absent where the environment does not say */
  readonly progress?: number;
}

/**
 * All that the next steps of an environment follow from, as numbers, so that it can go on in another process, or be kept in a file.
 * One environment's may be longer at one time than at another.
 */
export type EnvState = Float64Array;

/**
 * One environment. After a step that ended the episode, call `reset` before the next `step`: a step past the end throws an
 * Error or says again that the episode ended, it never starts the next one.
 */
export interface Env {
  /** of one observation; [To, Do] under `multiStep` */
  readonly obsShape: readonly number[];
  /** of one action; [Ta, Da] under `multiStep` */
  readonly actionShape: readonly number[];
  /**
   * Starts an episode and returns its first observation, a fresh array. A `seed` starts the environment's generator anew;
   * without one the generator goes on (an environment that was never seeded starts as with seed 0).
   */
  reset(seed?: number): Float32Array;
  /** Takes one `action`, row-major in `actionShape`. Throws a RangeError for an action of another length. */
  step(action: Float32Array): Step;
  /** The state between two steps, a fresh array; absent, together with `restore`, where an environment cannot say it. */
  readonly save?: () => EnvState;
  /**
   * Goes on from a `state` that `save` of an environment made in the same way gave, perhaps in another process: all later steps and resets have the same bits.
   * Throws a RangeError for a state that is none of its own.
   */
  readonly restore?: (state: EnvState) => void;
}

/** An environment that can be saved. */
export type SavableEnv = Env & Required<Pick<Env, 'save' | 'restore'>>;

/** Whether an environment has both `save` and `restore`. */
export function isSavable(env: Env): env is SavableEnv {
  return typeof env.save === 'function' && typeof env.restore === 'function';
}

/** Product of the dimensions: the length of an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/**
 * Checks a state before anything is taken from it.
 *
 * @param caller - what an error begins with
 * @param state - what is checked
 * @param wanted - how many numbers such a state has
 * @throws RangeError that begins with `caller`, for another number of them, and for one that is not finite
 */
export function checkState(caller: string, state: EnvState, wanted: number): void {
  if (state.length !== wanted)
    throw new RangeError(`${caller}: state has ${state.length} numbers, wanted ${wanted}`);
  const broken = state.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new RangeError(`${caller}: state[${broken}] is ${state[broken]}, wanted finite numbers`);
}

/** Throws a RangeError unless the action has the length that the environment's action shape asks for. */
export function checkAction(where: string, action: ArrayLike<number>, shape: readonly number[]): void {
  if (action.length !== sizeOf(shape)) {
    throw new RangeError(
      `${where}: action has ${action.length} numbers, wanted ${sizeOf(shape)} = [${shape.join(', ')}]`,
    );
  }
}
