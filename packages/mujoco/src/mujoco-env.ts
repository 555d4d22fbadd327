import {
  checkState,
  type Drawable,
  type Env,
  type EnvState,
  type Generator,
  pcg64,
  pcg64From,
  type Pictured,
  type Step,
} from '@dppo/env';

import { lastView } from './raster/last-view.ts';
import { sideView } from './side-view.ts';
import type { Engine, Simulation } from './simulation.ts';
import { mujocoWasm } from './wasm.ts';

/** A robot and what it is to do. Its functions read the simulation as a step left it. */
export interface Task {
  /** what errors begin with */
  readonly name: string;
  /** MuJoCo's MJCF, https://mujoco.readthedocs.io/en/stable/XMLreference.html; an action holds its actuators' controls */
  readonly model: string;
  /** substeps of the model's timestep per step */
  readonly frameSkip: number;
  /** metres that a picture is wide */
  readonly viewWidth: number;
  /** Moves the model's initial positions and velocities, in place, at each reset; absent: they stay as they are. */
  readonly start?: (state: State, generator: Generator) => void;
  /** Runs after the substeps, before anything is read. */
  readonly settle?: (simulation: Simulation) => void;
  /** The observation, always of one length. */
  readonly observe: (simulation: Simulation) => ArrayLike<number>;
  /** Whether the task has ended; absent: never. */
  readonly terminated?: (simulation: Simulation) => boolean;
  /** The coordinate whose change per second is `Moment.velocity`, m. */
  readonly position: (simulation: Simulation) => number;
  /** What the step earned; a number that is not finite is an error. */
  readonly reward: (simulation: Simulation, moment: Moment) => number;
}

/** Where an episode starts: qpos [nq], qvel [nv]. */
export interface State {
  /** positions of the joints [nq] */
  readonly qpos: Float64Array;
  /** velocities of the joints [nv] */
  readonly qvel: Float64Array;
}

/** What happened in one step. */
export interface Moment {
  /** [nu], as given: the controls are clipped to the model's range */
  readonly action: Float32Array | Float64Array;
  /** Δposition/Δt over the step, m/s */
  readonly velocity: number;
  /** whether the task ended with the step */
  readonly terminated: boolean;
}

/** What an environment runs on. */
export interface MujocoOptions {
  /** absent: `mujocoWasm()` */
  readonly engine?: Engine;
}

/**
 * An environment of a task: obs as the task observes, action [nu]. Throws an Error where the model or the task does not fit, and
 * from `step` where the simulation diverges or the reward is no number.
 */
export async function mujocoEnv(
  task: Task,
  { engine }: MujocoOptions = {},
): Promise<Env & Drawable & Pictured> {
  const { name, frameSkip } = task;
  const simulation = simulate(task, engine ?? (await mujocoWasm()));
  const { controls } = simulation;
  const seconds = simulation.timestep * frameSkip;
  simulation.reset();
  const initial: State = { qpos: simulation.qpos.slice(), qvel: simulation.qvel.slice() };
  const size = task.observe(simulation).length;
  const stateSize = simulation.state().length;
  const view = lastView(simulation, { name });
  let generator = pcg64(0);
  let steps = 0;
  // Kept, as it may be of what is no part of a simulation's state.
  let position = task.position(simulation);

  const at = (): string => `in step ${steps} of the episode`;

  function observation(): Float32Array {
    const obs = new Float32Array(task.observe(simulation));
    if (obs.length !== size) {
      throw new RangeError(`${name}: observe gave ${obs.length} numbers ${at()}, ${size} before`);
    }
    return obs;
  }

  function advance(action: Float32Array): void {
    try {
      simulation.step(action, frameSkip);
    } catch (error) {
      throw new Error(`${name}: ${messageOf(error)} ${at()}`, { cause: error });
    }
    task.settle?.(simulation);
  }

  return {
    obsShape: [size],
    actionShape: [controls],

    reset(seed?: number): Float32Array {
      if (seed !== undefined) generator = pcg64(seed);
      steps = 0;
      const state = { qpos: initial.qpos.slice(), qvel: initial.qvel.slice() };
      task.start?.(state, generator);
      simulation.reset(state.qpos, state.qvel);
      position = task.position(simulation);
      return observation();
    },

    step(action: Float32Array): Step {
      if (action.length !== controls || !finite(action)) {
        throw new RangeError(`${name}: action is [${action.join(', ')}], wanted ${controls} finite numbers`);
      }
      steps += 1;
      const before = position;
      advance(action);
      position = task.position(simulation);
      const velocity = (position - before) / seconds;
      const terminated = task.terminated?.(simulation) ?? false;
      const reward = task.reward(simulation, { action, velocity, terminated });
      if (!Number.isFinite(reward)) throw new RangeError(`${name}: reward is ${reward} ${at()}`);
      return { obs: observation(), reward, terminated, truncated: false };
    },

    save: (): EnvState => Float64Array.of(steps, position, ...generator.words(), ...simulation.state()),

    restore(state: EnvState): void {
      checkState(name, state, 12 + stateSize);
      [steps, position] = state;
      generator = pcg64From(state.subarray(2, 12));
      simulation.reset();
      simulation.setState(state.subarray(12));
    },

    draw: () => sideView(simulation, task.viewWidth),

    picture: view,
  };
}

/** Checks what a task says about its model before and after it is compiled. */
function simulate({ name, model, frameSkip, observe }: Task, engine: Engine): Simulation {
  if (!Number.isInteger(frameSkip) || frameSkip < 1) {
    throw new RangeError(`${name}: frameSkip is ${frameSkip}, wanted a whole number of at least 1`);
  }
  let simulation: Simulation;
  try {
    simulation = engine.simulate(model);
  } catch (error) {
    throw new Error(`${name}: model is not valid: ${messageOf(error)}`, { cause: error });
  }
  if (simulation.controls === 0) {
    throw new RangeError(`${name}: model has no actuators, wanted one for each number of an action`);
  }
  if (observe(simulation).length === 0) {
    throw new RangeError(`${name}: observe gave no numbers, wanted at least one`);
  }
  return simulation;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

function finite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
