import type { Env, Step } from '@dppo/env';
import { mujocoWasm, pcg64 } from '@dppo/mujoco';
import type { Engine, Files, Simulation } from '@dppo/mujoco';

import { manipulation } from './manipulation.ts';
import { robosuiteMeshes } from './meshes.ts';
import type { Task } from './task.ts';

/** What an environment runs on. */
export interface RobosuiteOptions {
  /** absent: `mujocoWasm()` */
  readonly engine?: Engine;
  /** the meshes of arm and objects; absent: `robosuiteMeshes()`, which gets them at first use */
  readonly meshes?: Files;
}

/** What is rewarded: success alone with 1, or also the way there. */
export type Reward = 'sparse' | 'shaped';

/** All that the next step of an environment follows from, but the generator of its resets. */
export interface State {
  /** the task that it is of */
  readonly task: string;
  /** steps taken since the reset */
  readonly steps: number;
  /** the simulation, the goal of each arm's hand and the command of its gripper */
  readonly numbers: readonly number[];
}

/** An environment that is cut after `horizon` steps, whose steps say whether the task is done (`success`). */
export interface Robosuite extends Env {
  /** steps after which an episode is truncated */
  readonly horizon: number;
  /** MuJoCo's arrays, for pictures */
  readonly simulation: Simulation;
  step(action: Float32Array): Step & { readonly success: boolean };
  /** The present state, from which a step is repeated exactly. */
  state(): State;
  /** Goes back to a state that an environment of the same task and model gave. Throws a RangeError for any other. */
  restore(state: State): void;
}

/** An environment of a task. Errors as of `lift`. */
export async function robosuiteEnv(
  task: Task,
  { engine, meshes, reward }: RobosuiteOptions & { readonly reward: Reward },
): Promise<Robosuite> {
  const { name, horizon } = task;
  const files = meshes ?? (await robosuiteMeshes());
  const made = start(task, engine ?? (await mujocoWasm()), files);
  const { rules, obsSize, actionSize } = made;
  const observed = new Float64Array(obsSize);
  let generator = pcg64(0);
  /** Infinity: it has not begun, or has ended */
  let steps = Infinity;

  function observation(): Float32Array {
    made.observe(observed);
    return Float32Array.from(observed);
  }

  return {
    obsShape: [obsSize],
    actionShape: [actionSize],
    horizon,
    simulation: made.simulation,
    reset(seed?: number): Float32Array {
      if (seed !== undefined) generator = pcg64(seed);
      steps = 0;
      made.reset(generator);
      return observation();
    },
    step(action) {
      if (steps >= horizon) throw new Error(`${name}: step without an episode, wanted a reset before it`);
      checkAction(name, action, actionSize);
      steps += 1;
      try {
        made.control(action);
      } catch (error) {
        throw new Error(`${name}: ${messageOf(error)} in step ${steps} of the episode`, { cause: error });
      }
      const success = rules.success();
      const earned = reward === 'shaped' ? rules.shaped() : Number(success);
      return { obs: observation(), reward: earned, terminated: false, truncated: steps >= horizon, success };
    },
    state: () => ({ task: name, steps, numbers: [...made.state()] }),
    restore(state): void {
      if (state.task !== name) {
        throw new RangeError(`${name}: restore was given a state of ${state.task}, wanted one of ${name}`);
      }
      const wanted = made.state().length;
      if (state.numbers.length !== wanted) {
        throw new RangeError(
          `${name}: restore was given a state of ${state.numbers.length} numbers, which is of another model, wanted ${wanted}`,
        );
      }
      made.restore(state.numbers);
      steps = state.steps;
    },
  };
}

function start(task: Task, engine: Engine, files: Files): ReturnType<typeof manipulation> {
  try {
    return manipulation(task, { engine, files });
  } catch (error) {
    throw new Error(`${task.name}: ${messageOf(error)}`, { cause: error });
  }
}

function checkAction(name: string, action: Float32Array, size: number): void {
  if (action.length !== size) {
    throw new RangeError(`${name}: action has ${action.length} numbers, wanted ${size}`);
  }
  const bad = action.findIndex((value) => !(Math.abs(value) <= 1));
  if (bad !== -1) {
    throw new RangeError(`${name}: action[${bad}] is ${action[bad]}, wanted numbers in [−1, 1]`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();
