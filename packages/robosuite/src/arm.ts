import type { Simulation } from '@dppo/mujoco';

import { gripper } from './gripper.ts';
import type { Gripper } from './gripper.ts';
import { oscPose } from './osc-pose.ts';
import type { Controller } from './osc-pose.ts';

/** One arm of a task with its controller and its gripper. */
export interface Arm {
  readonly controller: Controller;
  readonly gripper: Gripper;
  /** where the joints' and the fingers' positions stand in qpos */
  readonly joints: readonly number[];
  readonly fingers: readonly number[];
  /** the site between the fingers, the hand's body, and the pads of the two fingers */
  readonly site: number;
  readonly hand: number;
  readonly pads: readonly [number, number];
  /** Writes what it feels at `offset`: position of the site [3], the hand's quaternion, w last [4], positions of the fingers [2]. */
  observe(into: Float64Array, offset: number): void;
}

/** Numbers that an arm observes, and those of its actions: six of the pose, one of the gripper. */
export const feltByArm = 9;
/** Numbers of an arm's action. */
export const actionOfArm = 7;

/** Arm `n` of a simulation. */
export function arm(simulation: Simulation, n: number): Arm {
  const place = (name: string): number => simulation.model.jnt_qposadr[simulation.id('joint', name)];
  const site = simulation.id('site', `gripper${n}_grip_site`);
  const hand = simulation.id('body', `robot${n}_right_hand`);
  const fingers = [1, 2].map((i) => place(`gripper${n}_finger_joint${i}`));
  return {
    controller: oscPose(simulation, n),
    gripper: gripper(simulation, n),
    joints: Array.from({ length: 7 }, (_, i) => place(`robot${n}_joint${i + 1}`)),
    fingers,
    site,
    hand,
    pads: [
      simulation.id('geom', `gripper${n}_finger1_pad_collision`),
      simulation.id('geom', `gripper${n}_finger2_pad_collision`),
    ],
    observe(into, offset): void {
      const { site_xpos, xquat, qpos } = simulation;
      for (let i = 0; i < 3; i++) into[offset + i] = site_xpos[3 * site + i];
      putQuaternion(xquat, hand, { into, offset: offset + 3 });
      for (let i = 0; i < 2; i++) into[offset + 7 + i] = qpos[fingers[i]];
    },
  };
}

/** Writes the quaternion of a body, of which MuJoCo has w first, with w last. */
export function putQuaternion(
  xquat: Float64Array,
  body: number,
  { into, offset }: { into: Float64Array; offset: number },
): void {
  for (let i = 0; i < 4; i++) into[offset + i] = xquat[4 * body + ((i + 1) % 4)];
}
