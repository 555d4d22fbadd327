import type { DiffusionSpec } from '../src/policy/policy-spec.ts';

/** A policy for the real Hopper with hardly any weights. */
export const smallHopper: DiffusionSpec = {
  kind: 'diffusion',
  environment: { kind: 'named', name: 'hopper' },
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

/** One for avoid. */
export const smallAvoid: DiffusionSpec = {
  ...smallHopper,
  environment: { kind: 'named', name: 'avoid' },
  obsDim: 4,
  actionDim: 2,
  denoisingSteps: 2,
  bounds: {
    obsMin: [0.2, -0.3, 0.2, -0.3],
    obsMax: [0.8, 0.5, 0.8, 0.5],
    actionMin: [-0.01, -0.01],
    actionMax: [0.01, 0.01],
  },
};
