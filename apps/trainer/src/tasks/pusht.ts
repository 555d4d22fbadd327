import { clipAction } from '@dppo/env';

import type { Task } from './task.ts';

const side = 512;

export const pusht: Task = {
  make: async () => {
    const env = (await import('@dppo/pusht')).pusht();
    // Exploration may leave the field.
    const inField = clipAction(env, 0, side);
    return {
      ...env,
      reset: (seed) => inField.reset(seed),
      step: (action) => {
        const { reward, ...rest } = inField.step(action);
        // As it is, a step below the end pays almost as much as the end and goes on: success has to be worth more than waiting.
        return { ...rest, reward: reward - 1 };
      },
    };
  },
  obsDim: 5,
  actionDim: 2,
  // Pixels; the last number of an observation is the block's angle.
  bounds: {
    obsMin: [0, 0, 0, 0, 0],
    obsMax: [side, side, side, side, 2 * Math.PI],
    actionMin: [0, 0],
    actionMax: [side, side],
  },
};
