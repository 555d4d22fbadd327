import type { Env } from '@dppo/env';

import { halfCheetahModel } from './half-cheetah-model.ts';
import { locomotion, uniform } from './locomotion.ts';
import type { LocomotionOptions, Task } from './locomotion.ts';
import { standardNormal } from './standard-normal.ts';

/** Gymnasium's rules of the HalfCheetah: obs [17], action [6] in [−1, 1]. */
export const halfCheetahTask: Task = {
  name: 'halfCheetah',
  model: halfCheetahModel,
  frameSkip: 5,
  controlCost: 0.1,
  velocityClip: Infinity,
  isHealthy: () => true,
  healthyReward: () => 0,
  positionNoise: uniform(0.1),
  velocityNoise: (generator) => 0.1 * standardNormal(generator),
};

/** A two-legged robot that runs forwards and never terminates: obs [17], action [6]. All versions are equal. */
export function halfCheetah(_options: LocomotionOptions = {}): Promise<Env> {
  return locomotion(halfCheetahTask);
}
