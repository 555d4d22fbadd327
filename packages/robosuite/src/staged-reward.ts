import { nearness } from './distance.ts';

/** How far an object is on its way: distances in m. */
export interface Stage {
  /** from the gripper to what it is to grasp */
  readonly reach: number;
  readonly isGrasped: boolean;
  /** from the height to lift it to, 0 above that */
  readonly below: number;
  /** in the plane, from where it belongs */
  readonly aside: number;
  /** whether it is above where it belongs */
  readonly isAbove: boolean;
}

/**
 * The best of four stages: reaching 0.1·(1 − tanh 10d), grasping 0.35, lifting 0.35 + 0.15·(1 − tanh 15z) while grasped, hovering
 * 0.2·(1 − tanh 10r) beyond lifting, or beyond 0.5 where it is above its goal.
 *
 * @see robosuite 1.4.1, pick_place.py and nut_assembly.py, staged_rewards
 */
export function stagedReward({ reach, isGrasped, below, aside, isAbove }: Stage): number {
  const lifted = isGrasped ? 0.35 + (1 - Math.tanh(15 * below)) * (0.5 - 0.35) : 0;
  const hovered = (isAbove ? 0.5 : lifted) + nearness(aside) * (0.7 - 0.5);
  return Math.max(0.1 * nearness(reach), isGrasped ? 0.35 : 0, lifted, hovered);
}
