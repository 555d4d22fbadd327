import type { Task } from './task.ts';

export const hopper: Task = {
  make: async () => {
    const mujoco = await import('@dppo/mujoco');
    return mujoco.hopper({ version: 'v2', engine: await mujoco.mujocoEngine() });
  },
  obsDim: 11,
  actionDim: 3,
  bounds: {
    obsMin: [0.5, -0.3, -2, -2, -1, -5, -5, -5, -5, -5, -5],
    obsMax: [1.8, 0.3, 0, 0, 1, 5, 5, 5, 5, 5, 5],
    actionMin: [-1, -1, -1],
    actionMax: [1, 1, 1],
  },
};
