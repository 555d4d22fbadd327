import { type Env, type EnvState, pcg64, pcg64From, type Pictured, type Step } from '@dppo/env';
import { lastView, mujocoWasm } from '@dppo/mujoco';
import type { Engine, Files, Simulation } from '@dppo/mujoco';

import { manipulation } from './manipulation.ts';
import { robosuiteMeshes } from './meshes.ts';
import { savedState } from './saved-state.ts';
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

/** An environment that is cut after `horizon` steps, whose steps say whether the task is done (`success`). */
export interface Robosuite extends Env, Pictured {
  /** steps after which an episode is truncated */
  readonly horizon: number;
  /** MuJoCo's arrays */
  readonly simulation: Simulation;
  step(action: Float32Array): Step & { readonly success: boolean };
  /** All that the next steps follow from: of MuJoCo, and the goal of each arm's hand and the command of its gripper. */
  save(): EnvState;
  /** Goes back to `state`, which an environment of the same task and model saved. Throws a RangeError for any other. */
  restore(state: EnvState): void;
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
  const view = lastView(made.simulation, { name, usual: 'filmview' });
  const observed = new Float64Array(obsSize);
  const { head, check } = savedState(task);
  let generator = pcg64(0);
  /** −1: no episode has begun */
  let steps = -1;

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
      if (steps < 0) throw new Error(`${name}: step without an episode, wanted a reset before it`);
      if (steps >= horizon) {
        throw new Error(
          `${name}: step after the end of the episode, which has ${horizon} steps, wanted a reset before it`,
        );
      }
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
    save: () => Float64Array.of(...head, steps, ...generator.words(), ...made.state()),
    restore(state): void {
      check(state, 13 + made.state().length);
      made.restore(state.subarray(13));
      generator = pcg64From(state.subarray(3, 13));
      steps = state[2];
    },
    picture: view,
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
