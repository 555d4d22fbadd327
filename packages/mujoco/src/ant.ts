import type { Drawable, Env } from '@dppo/env';

import { antModel } from './ant-model.ts';
import {
  forwardReward,
  healthyReward,
  noise,
  observePositions,
  uniform,
  weightedSquares,
} from './locomotion.ts';
import type { LocomotionOptions, Version } from './locomotion.ts';
import { mujocoEnv } from './mujoco-env.ts';
import type { Task } from './mujoco-env.ts';
import type { Simulation } from './simulation.ts';
import { standardNormal } from './standard-normal.ts';

/** Gymnasium's rules of the Ant: obs [27], in v5 with contact forces [105], action [8] in [−1, 1]. */
export function antTask(version: Version): Task {
  const task: Task = {
    name: 'ant',
    // MuJoCo ≥ 3.5 adds the margins of two geoms; the MuJoCo of the paper took the larger one, 0.01.
    model: antModel(version === 'v2' ? 0.005 : 0.01),
    frameSkip: 5,
    viewWidth: 5,
    start: noise(uniform(0.1), (generator) => 0.1 * standardNormal(generator)),
    observe: positions,
    terminated: ({ qpos: [, , z] }) => !(z >= 0.2 && z <= 1),
    position: ({ xpos }) => xpos[3],
    reward: (_, moment) => forwardReward(moment, { alive: healthyReward(version, moment), controlCost: 0.5 }),
  };
  return version === 'v5' ? withContactForces(task) : task;
}

/** v5 also observes the contact forces on the bodies, clipped to ± 1 [78], and subtracts 5·10⁻⁴ times their squares. */
function withContactForces(task: Task): Task {
  return {
    ...task,
    settle: (simulation) => simulation.contactForces(),
    observe: (simulation) => Float64Array.of(...positions(simulation), ...clippedForces(simulation)),
    reward: (simulation, moment) =>
      task.reward(simulation, moment) - weightedSquares(5e-4, clippedForces(simulation)),
  };
}

function positions(simulation: Simulation): Float64Array {
  return observePositions(simulation, { without: 2, clip: Infinity });
}

/** Without those on the world, which are 0. */
function clippedForces({ cfrc_ext }: Simulation): Float64Array {
  return cfrc_ext.subarray(6).map((force) => Math.min(Math.max(force, -1), 1));
}

/**
 * A four-legged robot in space that runs forwards and terminates when it is too low or too high. `v2` is v4 with the contacts of
 * the paper's time; `v5` observes and penalises contact forces as well.
 *
 * obs [27]: height (m), orientation (a quaternion), 8 angles (rad), 14 velocities (m/s, rad/s), in v5 contact forces clipped to ±1
 * [105]; action [8]: motors in [−1, 1]; r = Δx/Δt + 1 − 0.5·Σ a², in v5 − 5·10⁻⁴·Σ f² too, Δt = 50 ms.
 * Errors as of `mujocoEnv`.
 *
 * @see Gymnasium 1.4.0, ant_v4.py and ant_v5.py
 */
export function ant({ version = 'v2', ...options }: LocomotionOptions = {}): Promise<Env & Drawable> {
  return mujocoEnv(antTask(version), options);
}
