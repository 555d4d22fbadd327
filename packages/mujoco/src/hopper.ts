import type { Drawable, Env } from '@dppo/env';

import { hopperModel } from './hopper-model.ts';
import { forwardReward, healthyReward, noise, observePositions, uniform } from './locomotion.ts';
import type { LocomotionOptions, Version } from './locomotion.ts';
import { mujocoEnv } from './mujoco-env.ts';
import type { Task } from './mujoco-env.ts';
import type { Simulation } from './simulation.ts';

/** Gymnasium's rules of the Hopper: obs [11], action [3] in [−1, 1]. */
export function hopperTask(version: Version): Task {
  return {
    name: 'hopper',
    // MuJoCo ≥ 3.5 adds the margins of two geoms; the MuJoCo of the paper took the larger one, 0.001.
    model: hopperModel(version === 'v2' ? 0.0005 : 0.001),
    frameSkip: 4,
    viewWidth: 4,
    start: noise(uniform(5e-3), uniform(5e-3)),
    observe: (simulation) => observePositions(simulation, { without: 1, clip: 10 }),
    terminated: (simulation) => !isHealthy(simulation),
    position: ({ qpos }) => qpos[0],
    reward: (_, moment) =>
      forwardReward(moment, { alive: healthyReward(version, moment), controlCost: 1e-3 }),
  };
}

function isHealthy({ qpos, qvel }: Simulation): boolean {
  if (!(qpos[1] > 0.7 && Math.abs(qpos[2]) < 0.2)) return false;
  for (let i = 2; i < qpos.length; i++) if (!(Math.abs(qpos[i]) < 100)) return false;
  for (let i = 0; i < qvel.length; i++) if (!(Math.abs(qvel[i]) < 100)) return false;
  return true;
}

/**
 * A one-legged robot that hops forwards and terminates when it falls. `v2` is the paper's task; `v4` and `v5` are Gymnasium's of
 * that name on MuJoCo ≥ 3.5, where contacts begin at twice the distance.
 *
 * obs [11]: height (m), 4 angles (rad), their 6 velocities with that forwards, clipped to ±10 (m/s, rad/s); action [3]: motors in
 * [−1, 1]; r = Δx/Δt + 1 − 10⁻³·Σ a², Δt = 8 ms.
 * Errors as of `mujocoEnv`.
 *
 * @see Gymnasium 1.4.0, hopper_v4.py and hopper_v5.py
 */
export function hopper({ version = 'v2', ...options }: LocomotionOptions = {}): Promise<Env & Drawable> {
  return mujocoEnv(hopperTask(version), options);
}
