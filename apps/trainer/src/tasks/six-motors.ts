import type { Task } from './task.ts';

/** Six motors; the observation is positions within the joints' reach, then velocities up to ±`speed`. */
export function sixMotors({
  low,
  high,
  velocities,
  speed,
}: {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly velocities: number;
  readonly speed: number;
}): Omit<Task, 'make'> {
  const speeds = Array<number>(velocities).fill(speed);
  return {
    obsDim: low.length + velocities,
    actionDim: 6,
    bounds: {
      obsMin: [...low, ...speeds.map((value) => -value)],
      obsMax: [...high, ...speeds],
      actionMin: Array<number>(6).fill(-1),
      actionMax: Array<number>(6).fill(1),
    },
  };
}
