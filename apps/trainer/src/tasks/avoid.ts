import type { Task } from './task.ts';

export const avoid: Task = {
  // The reference rewards this gap in all three of its tasks; they differ in what is demonstrated.
  make: async () => (await import('@dppo/avoid')).avoid({ mode: 5 }),
  // The reference cuts here and bootstraps. An iteration has no step beyond, so that nothing corrects the value, and policies leave the field.
  endsAtLimit: true,
  obsDim: 4,
  actionDim: 2,
  // Metres; the rod starts at (0.525, −0.28) and moves at most 1 cm a step.
  bounds: {
    obsMin: [0.2, -0.3, 0.2, -0.3],
    obsMax: [0.8, 0.45, 0.8, 0.45],
    actionMin: [-0.01, -0.01],
    actionMax: [0.01, 0.01],
  },
  scene: async () => (await import('../pictures/avoid-scene.ts')).avoidScene,
};
