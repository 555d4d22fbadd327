import { checkState, clipAction } from '@dppo/env';

import { poseIn } from './pusht-pose.ts';
import type { Task } from './task.ts';

const side = 512;
const obsMax = Array<number>(18).fill(side);

export const pusht: Task = {
  make: async () => {
    const { coverage, pusht: field } = await import('@dppo/pusht');
    // By the corners of the block: an angle jumps at a whole turn, and a policy by it learns less.
    const env = field({ observation: 'keypoints' });
    // Exploration may leave the field.
    const inField = clipAction(env, 0, side);
    let covered = 0;
    return {
      ...env,
      reset: (seed) => {
        const obs = inField.reset(seed);
        covered = coverage(poseIn(obs));
        return obs;
      },
      // What is covered more than before, and 1 for the end. Of what is covered in each step, a block that lies badly has a large part, for as long as the episode is.
      step: (action) => {
        const { progress = 0, success, ...rest } = inField.step(action);
        const reward = progress - covered + Number(success);
        covered = progress;
        return { ...rest, reward, success: success === true, progress };
      },
      save: () => Float64Array.of(covered, ...env.save()),
      restore: (state) => {
        checkState('pusht', state.subarray(0, 1), 1);
        env.restore(state.subarray(1));
        [covered] = state;
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
  scene: async () => (await import('../pictures/pusht-scene.ts')).pushtScene,
};
