import { sixMotors } from './six-motors.ts';
import type { Task } from './task.ts';

export const walker2d: Task = {
  make: async () => {
    const mujoco = await import('@dppo/mujoco');
    return mujoco.walker2d({ version: 'v2', engine: await mujoco.mujocoEngine() });
  },
  ...sixMotors({
    low: [0.8, -1, -2.5, -2.5, -0.8, -2.5, -2.5, -0.8],
    high: [1.6, 1, 0, 0, 0.8, 0, 0, 0.8],
    velocities: 9,
    speed: 5,
  }),
};
