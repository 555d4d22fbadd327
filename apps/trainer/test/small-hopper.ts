import type { DiffusionSpec } from '../src/policy/policy-file.ts';

/** A policy for the real Hopper with hardly any weights. */
export const smallHopper: DiffusionSpec = {
  kind: 'diffusion',
  environment: 'hopper',
  obsDim: 11,
  actionDim: 3,
  condSteps: 1,
  horizonSteps: 4,
  actSteps: 4,
  maxEpisodeSteps: 20,
  hidden: [8, 8, 8],
  denoisingSteps: 5,
  timeDim: 4,
  bounds: {
    obsMin: Array(11).fill(-2),
    obsMax: Array(11).fill(2),
    actionMin: [-1, -1, -1],
    actionMax: [1, 1, 1],
  },
};
