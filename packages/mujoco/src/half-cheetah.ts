import type { Drawable, Env } from '@dppo/env';

import { halfCheetahModel } from './half-cheetah-model.ts';
import { forwardReward, noise, observePositions, uniform } from './locomotion.ts';
import type { LocomotionOptions } from './locomotion.ts';
import { mujocoEnv } from './mujoco-env.ts';
import type { Task } from './mujoco-env.ts';
import { standardNormal } from './standard-normal.ts';

/** Gymnasium's rules of the HalfCheetah: obs [17], action [6] in [−1, 1]. */
export const halfCheetahTask: Task = {
  name: 'halfCheetah',
  model: halfCheetahModel,
  frameSkip: 5,
  viewWidth: 4,
  start: noise(uniform(0.1), (generator) => 0.1 * standardNormal(generator)),
  observe: (simulation) => observePositions(simulation, { without: 1, clip: Infinity }),
  position: ({ qpos }) => qpos[0],
  reward: (_, moment) => forwardReward(moment, { alive: 0, controlCost: 0.1 }),
};

/**
 * A two-legged robot that runs forwards and never terminates. All versions are equal.
 *
 * obs [17]: height (m), 7 angles (rad), their 9 velocities with that forwards (m/s, rad/s); action [6]: motors in [−1, 1];
 * r = Δx/Δt − 0.1·Σ a², Δt = 50 ms.
 * Errors as of `mujocoEnv`.
 *
 * @see Gymnasium 1.4.0, half_cheetah_v4.py and half_cheetah_v5.py
 */
export function halfCheetah(options: LocomotionOptions = {}): Promise<Env & Drawable> {
  return mujocoEnv(halfCheetahTask, options);
}
