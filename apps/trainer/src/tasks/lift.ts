import { oneArm } from './one-arm.ts';
import type { Task } from './task.ts';

export const lift: Task = oneArm({
  make: async (options) => (await import('@dppo/robosuite')).lift(options),
  hand: [
    [-0.3, -0.3, 0.8],
    [0.3, 0.3, 1.2],
  ],
  object: [
    [-0.1, -0.1, 0.8],
    [0.1, 0.1, 1],
  ],
  rest: [
    [-0.3, -0.3, -0.1],
    [0.3, 0.3, 0.4],
  ],
});
