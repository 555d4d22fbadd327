import type { EnvironmentName } from './environment-names.ts';
import type { PolicySpec } from './policy-file.ts';

type Sizes = Pick<PolicySpec, 'bounds' | 'obsDim' | 'actionDim'>;

/**
 * Ranges to normalise by before any data tell better ones: positions within the joints' reach, velocities up to ±5 or ±10.
 * They are a matter of scale only; an observation may leave them.
 */
export const nominalBounds: Readonly<Record<EnvironmentName, Sizes>> = {
  hopper: {
    obsDim: 11,
    actionDim: 3,
    bounds: {
      obsMin: [0.5, -0.3, -2, -2, -1, -5, -5, -5, -5, -5, -5],
      obsMax: [1.8, 0.3, 0, 0, 1, 5, 5, 5, 5, 5, 5],
      actionMin: [-1, -1, -1],
      actionMax: [1, 1, 1],
    },
  },
  walker2d: robot([0.8, -1, -2.5, -2.5, -0.8, -2.5, -2.5, -0.8], [1.6, 1, 0, 0, 0.8, 0, 0, 0.8], {
    velocities: 9,
    speed: 5,
  }),
  halfcheetah: robot([-0.5, -1, -0.5, -0.8, -0.4, -1, -1.2, -0.5], [0.5, 1, 1, 0.8, 0.8, 0.7, 0.9, 0.5], {
    velocities: 9,
    speed: 10,
  }),
  // Metres; the rod starts at (0.525, −0.28) and moves at most 1 cm a step.
  avoid: {
    obsDim: 4,
    actionDim: 2,
    bounds: {
      obsMin: [0.2, -0.3, 0.2, -0.3],
      obsMax: [0.8, 0.45, 0.8, 0.45],
      actionMin: [-0.01, -0.01],
      actionMax: [0.01, 0.01],
    },
  },
};

/** Six motors; the observation is positions, then velocities. */
function robot(
  low: number[],
  high: number[],
  { velocities, speed }: { velocities: number; speed: number },
): Sizes {
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
