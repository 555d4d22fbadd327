import { clipAction } from '@dppo/env';

import type { Task } from './task.ts';

const side = 512;
const obsMax = Array<number>(18).fill(side);

export const pusht: Task = {
  make: async () => {
    // By the corners of the block: an angle jumps at a whole turn, and a policy by it learns less.
    const env = (await import('@dppo/pusht')).pusht({ observation: 'keypoints' });
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
  obsDim: obsMax.length,
  actionDim: 2,
  // Pixels.
  bounds: { obsMin: obsMax.map(() => 0), obsMax, actionMin: [0, 0], actionMax: [side, side] },
  // The published demonstrations have disc, block and the block's angle.
  recorded: {
    obsDim: 5,
    observer: async () => {
      const { corners } = await import('@dppo/pusht');
      return ([discX, discY, x, y, angle]) => [...corners({ x, y, angle }), discX, discY];
    },
  },
};
