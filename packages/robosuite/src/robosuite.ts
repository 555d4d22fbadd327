import { canTask } from './can.ts';
import { checkChoice } from './check-choice.ts';
import { liftTask } from './lift.ts';
import type { Objects } from './models/can-model.ts';
import { robosuiteEnv } from './robosuite-env.ts';
import type { Reward, Robosuite, RobosuiteOptions } from './robosuite-env.ts';
import { squareTask } from './square.ts';
import { transportTask } from './transport.ts';

/** What `lift` is made with. */
export interface LiftOptions extends RobosuiteOptions {
  /** of the cube, m; the original draws each from [0.020, 0.022) when it is made */
  readonly halfSizes?: readonly [number, number, number];
  /** what is rewarded */
  readonly reward?: Reward;
}

/** What `can` and `square` are made with. */
export interface ObjectOptions extends RobosuiteOptions {
  /**
   * `full` has the objects, too, that the original puts away; `slim` is 1.4 times as fast, and the same but for rounding and for a flaw of
   * the shaped reward: until those have fallen down, 43 steps after a reset, what is grasped counts as lifted
   */
  readonly objects?: Objects;
  /** what is rewarded */
  readonly reward?: Reward;
}

/** What `transport` is made with. */
export interface TransportOptions extends RobosuiteOptions {
  /** half the size of the hammer's head, m; the original draws it from [0.015, 0.018) when it is made */
  readonly head?: number;
  /** what is rewarded: the original shapes no reward of this task */
  readonly reward?: 'sparse';
}

/**
 * Robomimic's Lift: a Panda arm lifts a cube 4 cm off a table, in at most 300 steps of 50 ms.
 *
 * obs [19]: position of the grip site (m), the hand's quaternion with w last, positions of the fingers (m); position and quaternion of
 * the cube, the grip site's position minus the cube's. action [7] in [−1, 1]: the goal of the hand moves by 5 cm and turns by 0.5 rad
 * at most, in the world's axes; the fingers open below 0 and close above. Reward: 1 while the cube is above 0.84 m; `shaped`
 * (1 − tanh 10d + 0.25 while grasped)/2.25 before that. It never terminates; `success` says whether it is lifted now.
 *
 * @throws Error where the meshes cannot be had, where a model is not valid, after the end of an episode, and where a simulation diverges
 * @throws RangeError for an option that is none of its choices or beyond its range, and for an action of another length or beyond [−1, 1];
 * `clipAction` of @dppo/env clips as the original does
 * @see robosuite 1.4.1, environments/manipulation/lift.py; arXiv 2108.03298
 */
export function lift({
  halfSizes = [0.021, 0.021, 0.021],
  reward = 'sparse',
  ...options
}: LiftOptions = {}): Promise<Robosuite> {
  if (!(halfSizes.length === 3 && halfSizes.every((size) => size > 0 && size < 0.04))) {
    throw new RangeError(`lift: halfSizes is [${halfSizes.join(', ')}], wanted three numbers in (0, 0.04)`);
  }
  checkChoice('lift: reward', reward, ['sparse', 'shaped']);
  return robosuiteEnv(liftTask(halfSizes), { ...options, reward });
}

/**
 * Robomimic's Can: a can goes from one bin into the front right quarter of the other, in at most 300 steps of 50 ms.
 *
 * obs [23]: the arm as in `lift`; position and quaternion of the can in the world, and in the frame of the hand. action [7] as in
 * `lift`. Reward: 1 while the can is in its quarter and the hand more than 4.2 cm away; `shaped`: the best of reaching, grasping,
 * lifting and hovering, at most 0.7, before that. Errors as of `lift`.
 *
 * @see robosuite 1.4.1, environments/manipulation/pick_place.py, PickPlaceCan
 */
export function can({
  objects = 'slim',
  reward = 'sparse',
  ...options
}: ObjectOptions = {}): Promise<Robosuite> {
  checkChoice('can: reward', reward, ['sparse', 'shaped']);
  checkChoice('can: objects', objects, ['slim', 'full']);
  return robosuiteEnv(canTask(objects), { ...options, reward });
}

/**
 * Robomimic's Square: a square nut goes over a square peg, in at most 400 steps of 50 ms.
 *
 * obs [23]: as in `can`, of the nut; action [7] as in `lift`. Reward: 1 while the nut is around the peg and the hand more than 4.2 cm
 * away; `shaped` as in `can`. Errors as of `lift`.
 *
 * @see robosuite 1.4.1, environments/manipulation/nut_assembly.py, NutAssemblySquare
 */
export function square({
  objects = 'slim',
  reward = 'sparse',
  ...options
}: ObjectOptions = {}): Promise<Robosuite> {
  checkChoice('square: reward', reward, ['sparse', 'shaped']);
  checkChoice('square: objects', objects, ['slim', 'full']);
  return robosuiteEnv(squareTask(objects), { ...options, reward });
}

/**
 * Robomimic's Transport: one of two arms takes a hammer out of a bin with a lid and hands it to the other, which has thrown away what
 * lay in its own bin, in at most 800 steps of 50 ms.
 *
 * obs [59]: each arm as in `lift`; positions and quaternions of hammer, trash and the lid's handle, positions of the target's and the
 * trash's bin; hammer and handle from the first hand, hammer and trash from the second; whether hammer and trash are in their bins.
 * action [14]: each arm's as in `lift`. Reward: 1 while both are. Errors as of `lift`.
 *
 * @see robosuite 1.4.1, environments/manipulation/two_arm_transport.py
 */
export function transport({
  head = 0.0165,
  reward = 'sparse',
  ...options
}: TransportOptions = {}): Promise<Robosuite> {
  if (!(head > 0 && head < 0.05)) {
    throw new RangeError(`transport: head is ${head}, wanted a number in (0, 0.05)`);
  }
  checkChoice('transport: reward', reward, ['sparse']);
  return robosuiteEnv(transportTask(head), { ...options, reward });
}
