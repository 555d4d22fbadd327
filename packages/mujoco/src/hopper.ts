import type { Env } from '@dppo/env';

import { hopperModel } from './hopper-model.ts';
import { healthyReward, locomotion, uniform } from './locomotion.ts';
import type { LocomotionOptions, Task, Version } from './locomotion.ts';

/** Gymnasium's rules of the Hopper: obs [11], action [3] in [−1, 1]. */
export function hopperTask(version: Version): Task {
  return {
    name: 'hopper',
    // MuJoCo ≥ 3.5 adds the margins of two geoms; the MuJoCo of the paper took the larger one, 0.001.
    model: hopperModel(version === 'v2' ? 0.0005 : 0.001),
    frameSkip: 4,
    controlCost: 1e-3,
    velocityClip: 10,
    isHealthy: (qpos, qvel) =>
      qpos[1] > 0.7 &&
      Math.abs(qpos[2]) < 0.2 &&
      qpos.subarray(2).every((value) => Math.abs(value) < 100) &&
      qvel.every((value) => Math.abs(value) < 100),
    healthyReward: healthyReward(version),
    positionNoise: uniform(5e-3),
    velocityNoise: uniform(5e-3),
  };
}

/**
 * A one-legged robot that hops forwards and terminates when it falls: obs [11], action [3]. `v2` is the paper's task;
 * `v4` and `v5` are Gymnasium's of that name on MuJoCo ≥ 3.5, where contacts begin at twice the distance.
 */
export function hopper({ version = 'v2' }: LocomotionOptions = {}): Promise<Env> {
  return locomotion(hopperTask(version));
}
