import type { DenoiserSpec, DiffusionSpec, FlowSpec } from '@dppo/policy';

const network = {
  kind: 'mlp',
  obsDim: 11,
  actionDim: 3,
  condSteps: 1,
  horizonSteps: 4,
  hidden: [8, 8, 8],
  timeDim: 4,
} as const;

/** A policy for the real Hopper with hardly any weights. */
export const smallHopper: DiffusionSpec & { readonly network: DenoiserSpec & { readonly kind: 'mlp' } } = {
  network,
  sampler: { kind: 'ddpm', denoisingSteps: 5, clipX0: 1, clipNoise: 3 },
  bounds: {
    obsMin: Array(11).fill(-2),
    obsMax: Array(11).fill(2),
    actionMin: [-1, -1, -1],
    actionMax: [1, 1, 1],
  },
  task: { kind: 'named', name: 'hopper', actSteps: 4, maxEpisodeSteps: 20 },
};

/** A flow for it. */
export const smallFlow: FlowSpec = {
  ...smallHopper,
  sampler: { kind: 'flow', steps: 4, clipMean: 1, clipNoise: 3, clipAction: 1 },
};

/** One for an arm that lifts a cube. */
export const smallLift: DiffusionSpec = {
  network: { ...network, obsDim: 19, actionDim: 7 },
  sampler: { ...smallHopper.sampler, denoisingSteps: 2 },
  bounds: {
    obsMin: Array(19).fill(-1),
    obsMax: Array(19).fill(1),
    actionMin: Array(7).fill(-1),
    actionMax: Array(7).fill(1),
  },
  task: { kind: 'named', name: 'lift', actSteps: 4, maxEpisodeSteps: 20 },
};

/** One for avoid. */
export const smallAvoid: DiffusionSpec = {
  network: { ...network, obsDim: 4, actionDim: 2 },
  sampler: { ...smallHopper.sampler, denoisingSteps: 2 },
  bounds: {
    obsMin: [0.2, -0.3, 0.2, -0.3],
    obsMax: [0.8, 0.5, 0.8, 0.5],
    actionMin: [-0.01, -0.01],
    actionMax: [0.01, 0.01],
  },
  task: { kind: 'named', name: 'avoid', actSteps: 4, maxEpisodeSteps: 20 },
};
