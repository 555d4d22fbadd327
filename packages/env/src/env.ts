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
}

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
}

/** Product of the dimensions: the length of an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** Throws a RangeError unless the action has the length that the environment's action shape asks for. */
export function checkAction(where: string, action: ArrayLike<number>, shape: readonly number[]): void {
  if (action.length !== sizeOf(shape)) {
    throw new RangeError(
      `${where}: action has ${action.length} numbers, wanted ${sizeOf(shape)} = [${shape.join(', ')}]`,
    );
  }
}
