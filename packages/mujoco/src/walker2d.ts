import type { Env } from '@dppo/env';

import { healthyReward, locomotion, uniform } from './locomotion.ts';
import type { LocomotionOptions, Task, Version } from './locomotion.ts';
import { walker2dModel } from './walker2d-model.ts';

/** Gymnasium's rules of the Walker2d: obs [17], action [6] in [−1, 1]. */
export function walker2dTask(version: Version): Task {
  return {
    name: 'walker2d',
    model: walker2dModel(version === 'v5' ? 1.9 : 0.9),
    frameSkip: 4,
    controlCost: 1e-3,
    velocityClip: 10,
    isHealthy: (qpos) => qpos[1] > 0.8 && qpos[1] < 2 && Math.abs(qpos[2]) < 1,
    healthyReward: healthyReward(version),
    positionNoise: uniform(5e-3),
    velocityNoise: uniform(5e-3),
  };
}

/**
 * A two-legged robot that walks forwards and terminates when it falls: obs [17], action [6]. `v2` and `v4` are equal;
 * `v5` has a right foot with more friction and pays no healthy reward in the step that terminates.
 */
export function walker2d({ version = 'v2' }: LocomotionOptions = {}): Promise<Env> {
  return locomotion(walker2dTask(version));
}
