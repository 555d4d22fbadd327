import { inHand, oneArm } from './one-arm.ts';
import type { Task } from './task.ts';

export const square: Task = oneArm({
  make: async (options) => (await import('@dppo/robosuite')).square(options),
  hand: [
    [-0.3, -0.3, 0.8],
    [0.4, 0.4, 1.2],
  ],
  object: [
    [-0.2, -0.1, 0.8],
    [0.3, 0.3, 1.1],
  ],
  rest: inHand(0.4),
});
