import type { Generator } from '@dppo/env';
import type { Engine, Files, Simulation } from '@dppo/mujoco';
import { standardNormal } from '@dppo/mujoco';

import { actionOfArm, arm, feltByArm } from './arm.ts';
import type { Arm } from './arm.ts';
import type { Rules, Task } from './task.ts';

/** A task in motion, in float64. */
export interface Manipulation {
  readonly simulation: Simulation;
  readonly arms: readonly Arm[];
  readonly rules: Rules;
  /** numbers of an observation: each arm's, then the objects' */
  readonly obsSize: number;
  /** numbers of an action */
  readonly actionSize: number;
  /** Draws where joints and objects begin, and begins there. */
  reset(generator: Generator): void;
  /** Begins an episode at these positions. */
  begin(qpos: Float64Array): void;
  /** Holds an action for 50 ms, 25 substeps; numbers beyond ±1 are clipped. */
  control(action: ArrayLike<number>): void;
  /** What the last substep found, into `into` [obsSize]. */
  observe(into: Float64Array): void;
  /** Everything that the next step follows from. */
  state(): Float64Array;
  /** Goes back to such a state. */
  restore(state: ArrayLike<number>): void;
}

const substeps = 25;
/** Where the arm begins, with a deviation of 0.02 rad, and the fingers. */
const initialJoints = [0, Math.PI / 16, 0, -Math.PI / 2 - Math.PI / 3, 0, Math.PI - 0.2, Math.PI / 4];
const initialFingers = [0.020833, -0.020833];
const deviation = 0.02;

/**
 * A task in motion. `step1`, torques, `step2` in each substep give the bits of the original, which evaluates everything thrice.
 *
 * @throws Error with MuJoCo's message where the model is not valid, and where it lacks a name
 * @see robosuite 1.4.1, environments/base.py, step
 */
export function manipulation(task: Task, { engine, files }: { engine: Engine; files: Files }): Manipulation {
  const simulation = engine.simulate(task.model, files);
  const arms = Array.from({ length: task.arms }, (_, n) => arm(simulation, n));
  const rules = task.rules(simulation, arms);
  simulation.reset();
  const initial = simulation.qpos.slice();
  const memories = arms.flatMap(({ controller, gripper }) => [controller.memory, gripper.memory]);

  function begin(qpos: Float64Array): void {
    // The controller is made when the fingers are closed, and keeps the masses of then for one substep.
    const closed = qpos.slice();
    for (const { fingers } of arms) for (const finger of fingers) closed[finger] = initial[finger];
    simulation.reset(closed);
    for (const { controller } of arms) controller.begin();
    simulation.reset(qpos);
    for (const { controller, gripper } of arms) {
      controller.hold();
      gripper.memory.fill(0);
    }
  }

  return {
    simulation,
    arms,
    rules,
    obsSize: feltByArm * arms.length + rules.size,
    actionSize: actionOfArm * arms.length,
    begin,
    reset(generator): void {
      const qpos = initial.slice();
      for (const { joints, fingers } of arms) {
        for (const [i, joint] of joints.entries()) {
          qpos[joint] = initialJoints[i] + deviation * standardNormal(generator);
        }
        for (const [i, finger] of fingers.entries()) qpos[finger] = initialFingers[i];
      }
      for (const { joint, pos, quat } of task.place(generator)) {
        qpos.set([...pos, ...quat], simulation.model.jnt_qposadr[simulation.id('joint', joint)]);
      }
      begin(qpos);
    },
    control(action): void {
      for (let i = 0; i < substeps; i++) {
        simulation.step1();
        for (let n = 0; n < arms.length; n++) {
          const { controller, gripper } = arms[n];
          if (i === 0) controller.aim(action, actionOfArm * n);
          controller.drive();
          gripper.drive(action[actionOfArm * n + actionOfArm - 1]);
        }
        simulation.step2();
      }
    },
    observe(into): void {
      for (let n = 0; n < arms.length; n++) arms[n].observe(into, feltByArm * n);
      rules.observe(into, feltByArm * arms.length);
    },
    state(): Float64Array {
      return Float64Array.from([...memories.flatMap((memory) => [...memory]), ...simulation.state()]);
    },
    restore(state): void {
      const numbers = Float64Array.from(state);
      let at = 0;
      for (const memory of memories) at += memory.length;
      simulation.setState(numbers.subarray(at));
      at = 0;
      for (const memory of memories) {
        memory.set(numbers.subarray(at, at + memory.length));
        at += memory.length;
      }
    },
  };
}
