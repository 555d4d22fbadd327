import { sizeOf } from './env.ts';
import type { Env } from './env.ts';

/** The two shapes that all environments of a vector share. */
export type Shapes = Pick<Env, 'obsShape' | 'actionShape'>;

/**
 * What one step of N environments led to. The arrays are buffers that the next call of `step` or `reset` overwrites:
 * copy what must outlive it.
 */
export interface VecStep {
  /** what to act on next, after an automatic reset where the episode ended [N, …obsShape] */
  readonly obs: Float32Array;
  /** what the step itself led to, before any reset [N, …obsShape]; V(reached) bootstraps a truncated episode */
  readonly reached: Float32Array;
  /** [N] */
  readonly rewards: Float32Array;
  /** 1 where the task ended [N] */
  readonly terminated: Uint8Array;
  /** 1 where the episode was cut [N] */
  readonly truncated: Uint8Array;
  /** environment steps taken [N] */
  readonly steps: Uint16Array;
  /** 1 where a step was a success, 0 where none was, NaN where the environment does not say [N] */
  readonly success: Float32Array;
  /** the best of the steps in [0, 1], NaN where the environment does not say [N] */
  readonly progress: Float32Array;
}

/** The numbers of one step of N environments, a row each, and the actions that led to them. */
export interface Batch extends VecStep {
  /** what to do next [N, …actionShape] */
  readonly actions: Float32Array;
}

/** Zeros for N environments, success and progress that nobody said, N being `count`, in memory from `allocate` (bytes → buffer). */
export function batch(
  count: number,
  { obsShape, actionShape }: Shapes,
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): Batch {
  const floats = (length: number): Float32Array => new Float32Array(allocate(4 * length));
  return {
    actions: floats(count * sizeOf(actionShape)),
    obs: floats(count * sizeOf(obsShape)),
    reached: floats(count * sizeOf(obsShape)),
    rewards: floats(count),
    terminated: new Uint8Array(allocate(count)),
    truncated: new Uint8Array(allocate(count)),
    steps: new Uint16Array(allocate(2 * count)),
    success: floats(count).fill(NaN),
    progress: floats(count).fill(NaN),
  };
}

/** Starts an episode in a row. */
export function resetRow(rows: Batch, row: number, env: Env, seed: number | undefined): void {
  const obs = seed === undefined ? env.reset() : env.reset(seed);
  put(rows.obs, row, obs, env);
  put(rows.reached, row, obs, env);
}

/** Takes a row's action, and starts the next episode where this one ended. */
export function stepRow(rows: Batch, row: number, env: Env): void {
  const actionSize = sizeOf(env.actionShape);
  const step = env.step(new Float32Array(rows.actions.subarray(row * actionSize, (row + 1) * actionSize)));
  put(rows.reached, row, step.obs, env);
  rows.rewards[row] = step.reward;
  rows.terminated[row] = Number(step.terminated);
  rows.truncated[row] = Number(step.truncated);
  rows.steps[row] = step.steps ?? 1;
  rows.success[row] = Number(step.success ?? NaN);
  rows.progress[row] = step.progress ?? NaN;
  put(rows.obs, row, step.terminated || step.truncated ? env.reset() : step.obs, env);
}

/** An observation of a wrong length would end up in the rows of others. */
function put(rows: Float32Array, row: number, obs: Float32Array, { obsShape }: Env): void {
  const size = sizeOf(obsShape);
  if (obs.length !== size) {
    throw new RangeError(
      `observation has ${obs.length} numbers, obsShape [${obsShape.join(', ')}] asks for ${size}`,
    );
  }
  rows.set(obs, row * size);
}

/** The shapes of all, or a RangeError naming the first environment that differs. */
export function checkShapes(where: string, shapes: readonly Shapes[]): Shapes {
  const [first] = shapes;
  for (const [i, { obsShape, actionShape }] of shapes.entries()) {
    if (!Array.isArray(obsShape) || !Array.isArray(actionShape)) {
      throw new TypeError(`${where}: environment ${i} has no obsShape and actionShape`);
    }
    if (!equal(obsShape, first.obsShape) || !equal(actionShape, first.actionShape)) {
      throw new RangeError(
        `${where}: environment ${i} has observations [${obsShape.join(', ')}] and actions [${actionShape.join(', ')}], ` +
          `environment 0 has [${first.obsShape.join(', ')}] and [${first.actionShape.join(', ')}]`,
      );
    }
  }
  return first;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i]);
}

export function checkCount(where: string, name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${where}: ${name} is ${count}, wanted a whole number of at least 1`);
  }
}

/** The error of a vector of environments: which of them failed, how it was seeded, and why. */
export function environmentError(index: number, seed: number | undefined, cause: unknown): Error {
  const seeded = seed === undefined ? 'not seeded yet' : `seed ${seed}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`environment ${index} (${seeded}): ${reason}`, { cause });
}
