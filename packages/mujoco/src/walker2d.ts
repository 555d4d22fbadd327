import type { Drawable, Env } from '@dppo/env';

import { forwardReward, healthyReward, noise, observePositions, uniform } from './locomotion.ts';
import type { LocomotionOptions, Version } from './locomotion.ts';
import { mujocoEnv } from './mujoco-env.ts';
import type { Task } from './mujoco-env.ts';
import { walker2dModel } from './walker2d-model.ts';

/** Gymnasium's rules of the Walker2d: obs [17], action [6] in [−1, 1]. */
export function walker2dTask(version: Version): Task {
  return {
    name: 'walker2d',
    model: walker2dModel(version === 'v5' ? 1.9 : 0.9),
    frameSkip: 4,
    viewWidth: 4,
    start: noise(uniform(5e-3), uniform(5e-3)),
    observe: (simulation) => observePositions(simulation, { without: 1, clip: 10 }),
    terminated: ({ qpos: [, z, angle] }) => !(z > 0.8 && z < 2 && Math.abs(angle) < 1),
    position: ({ qpos }) => qpos[0],
    reward: (_, moment) =>
      forwardReward(moment, { alive: healthyReward(version, moment), controlCost: 1e-3 }),
  };
}

/**
 * A two-legged robot that walks forwards and terminates when it falls. `v2` and `v4` are equal; `v5` has a right foot with more
 * friction and pays no healthy reward in the step that terminates.
 *
 * obs [17]: height (m), 7 angles (rad), their 9 velocities with that forwards, clipped to ±10 (m/s, rad/s); action [6]: motors in
 * [−1, 1]; r = Δx/Δt + 1 − 10⁻³·Σ a², Δt = 8 ms.
 * Errors as of `mujocoEnv`.
 *
 * @see Gymnasium 1.4.0, walker2d_v4.py and walker2d_v5.py
 */
export function walker2d({ version = 'v2', ...options }: LocomotionOptions = {}): Promise<Env & Drawable> {
  return mujocoEnv(walker2dTask(version), options);
}
