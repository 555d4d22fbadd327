import { sixMotors } from './six-motors.ts';
import type { Task } from './task.ts';

export const halfcheetah: Task = {
  make: async () => {
    const mujoco = await import('@dppo/mujoco');
    return mujoco.halfCheetah({ engine: await mujoco.mujocoEngine() });
  },
  ...sixMotors({
    low: [-0.5, -1, -0.5, -0.8, -0.4, -1, -1.2, -0.5],
    high: [0.5, 1, 1, 0.8, 0.8, 0.7, 0.9, 0.5],
    velocities: 9,
    speed: 10,
  }),
};
