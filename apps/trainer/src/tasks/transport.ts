import { arms, type Range, unit } from './arms.ts';
import type { Task } from './task.ts';

const between = (low: readonly number[], high: readonly number[]): Range => [low, high];

const anywhere = between([-0.4, -0.65, 0.8], [0.4, 0.65, 1.3]);
const far = between([-0.6, -1, -0.5], [0.6, 1, 0.3]);

export const transport: Task = arms({
  make: async (options) => (await import('@dppo/robosuite')).transport(options),
  hands: [between([-0.4, -0.65, 0.8], [0.4, 0.3, 1.4]), between([-0.4, -0.3, 0.8], [0.4, 0.65, 1.4])],
  objects: [
    // Hammer, trash and the lid's handle.
    ...[anywhere, anywhere, anywhere].flatMap((position) => [position, unit]),
    // The bins of target and trash.
    between([-0.4, 0.2, 0.7], [0.1, 0.65, 1]),
    between([0, 0.2, 0.7], [0.4, 0.65, 1]),
    // From the hands.
    far,
    far,
    far,
    far,
    between([0, 0], [1, 1]),
  ],
});
