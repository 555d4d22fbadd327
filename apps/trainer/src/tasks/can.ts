import { inHand, oneArm } from './one-arm.ts';
import type { Task } from './task.ts';

export const can: Task = oneArm({
  make: async (options) => (await import('@dppo/robosuite')).can(options),
  hand: [
    [-0.2, -0.5, 0.8],
    [0.4, 0.6, 1.2],
  ],
  object: [
    [-0.1, -0.5, 0.8],
    [0.35, 0.6, 1.15],
  ],
  rest: inHand(0.5),
});
