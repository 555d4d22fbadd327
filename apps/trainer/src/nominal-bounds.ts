import type { EnvironmentName } from './locomotion-env.ts';
import type { PolicySpec } from './policy-file.ts';

/**
 * Ranges to normalise by before any data tell better ones: positions within the joints' reach, velocities up to ±5.
 * They are a matter of scale only; an observation may leave them.
 */
export const nominalBounds: Readonly<
  Record<EnvironmentName, Pick<PolicySpec, 'bounds' | 'obsDim' | 'actionDim'>>
> = {
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
};
