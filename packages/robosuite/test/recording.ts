import type { Manipulation } from '../src/manipulation.ts';
import { canTask } from '../src/can.ts';
import { liftTask } from '../src/lift.ts';
import { squareTask } from '../src/square.ts';
import type { Task } from '../src/task.ts';
import { transportTask } from '../src/transport.ts';

/** What the simulation was, and the accumulated command of each gripper. */
export interface Recorded {
  readonly time: number;
  readonly qpos: readonly number[];
  readonly qvel: readonly number[];
  readonly warm: readonly number[];
  readonly ctrl: readonly number[];
  readonly grip: readonly (readonly number[])[];
}

/** An episode of Python's robosuite, or a part of one. */
export interface Episode {
  /** how its actions were made: `scripted` ones grasp, the rotation of `translate` is always 0 */
  readonly kind: string;
  readonly seed: number;
  /** of each arm at the reset */
  readonly initial_joint: readonly (readonly number[])[];
  readonly states: readonly Recorded[];
  readonly obs: readonly (readonly number[])[];
  readonly actions: readonly (readonly number[])[];
  readonly reward: readonly number[];
  readonly success: readonly (boolean | number)[];
}

/** A file of episodes. */
export interface Recording {
  readonly meta: {
    readonly task?: string;
    readonly cube_half_sizes?: readonly number[] | null;
    readonly hammer_head_half_size?: number;
  };
  readonly episodes: readonly Episode[];
}

/** The task of a recording, with all objects; undefined where it is none of ours. */
export function taskOf({ meta }: Recording): Task | undefined {
  switch (meta.task) {
    case 'lift':
      return liftTask(meta.cube_half_sizes ?? [0.021, 0.021, 0.021]);
    case 'can':
      return canTask('full');
    case 'square':
      return squareTask('full');
    case 'transport':
      return transportTask(meta.hammer_head_half_size ?? 0.0165);
    default:
      return undefined;
  }
}

/** Goes to a recorded state: a reset where no time has passed. The goal's orientation, which is not recorded, is the present one. */
export function goTo(made: Manipulation, { initial_joint }: Episode, state: Recorded): void {
  made.begin(Float64Array.from(state.qpos));
  if (state.time === 0) return;
  const { simulation } = made;
  const numbers = simulation.state().fill(0);
  numbers.set([state.time, ...state.qpos, ...state.qvel, ...state.warm, ...state.ctrl]);
  simulation.setState(numbers);
  for (const [n, { controller, gripper }] of made.arms.entries()) {
    controller.hold();
    controller.home.set(initial_joint[n]);
    controller.isFirst[0] = 0;
    gripper.memory.set(state.grip[n]);
  }
}
