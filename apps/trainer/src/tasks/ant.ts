import type { Task } from './task.ts';

/** Of the torso along x, y and z in m/s, then of its turning and of the eight joints in rad/s. */
const speeds = [5, 5, 5, ...Array<number>(11).fill(10)];

export const ant: Task = {
  make: async () => {
    const mujoco = await import('@dppo/mujoco');
    return mujoco.ant({ version: 'v2', engine: await mujoco.mujocoEngine() });
  },
  obsDim: 27,
  actionDim: 8,
  // Height in metres, a quaternion, hip and ankle of each of the four legs in radians, speeds.
  bounds: {
    obsMin: [0.2, -1, -1, -1, -1, -0.6, 0.4, -0.6, -1.3, -0.6, -1.3, -0.6, 0.4, ...speeds.map((v) => -v)],
    obsMax: [1, 1, 1, 1, 1, 0.6, 1.3, 0.6, -0.4, 0.6, -0.4, 0.6, 1.3, ...speeds],
    actionMin: Array<number>(8).fill(-1),
    actionMax: Array<number>(8).fill(1),
  },
};
