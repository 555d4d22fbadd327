import type { DiffusionSpec, FlowSpec, PolicySpec } from '../src/spec.ts';

const sizes = { obsDim: 4, actionDim: 2, condSteps: 1, horizonSteps: 4 };
const bounds = {
  obsMin: [0.2, -0.3, 0.2, -0.3],
  obsMax: [0.8, 0.45, 0.8, 0.45],
  actionMin: [-0.01, -0.01],
  actionMax: [0.01, 0.01],
};
const task = { kind: 'named', name: 'avoid', actSteps: 4, maxEpisodeSteps: 100 } as const;

/** Policies with hardly any weights. */
export const smallMlp: DiffusionSpec = {
  network: { kind: 'mlp', ...sizes, timeDim: 4, hidden: [8, 8, 8] },
  sampler: { kind: 'ddpm', denoisingSteps: 5, clipX0: 1, clipNoise: 3 },
  bounds,
  task,
};

export const smallUnet: DiffusionSpec = {
  network: { kind: 'unet', ...sizes, timeDim: 4, dim: 4, dimMults: [1, 2], kernelSize: 3, groups: 2 },
  sampler: { kind: 'ddim', denoisingSteps: 10, ddimSteps: 5, eta: 1, clipX0: 1 },
  bounds,
  task: { kind: 'mjcf', path: '/robots/robot.xml', actSteps: 2, maxEpisodeSteps: 20 },
};

export const smallFlow: FlowSpec = {
  ...smallMlp,
  sampler: { kind: 'flow', steps: 4, noise: 0.15, clipMean: 1, clipNoise: 3, clipAction: 1 },
};

/** One that learns how much noise it explores with. */
export const noisyFlow: FlowSpec = {
  ...smallFlow,
  sampler: { ...smallFlow.sampler, noise: { min: 0.1, max: 0.24, hidden: [6] } },
};

export const smallGaussian: PolicySpec = {
  network: { kind: 'gaussian', ...sizes, hidden: [8, 8], activation: 'tanh', residual: false },
  sampler: { kind: 'gaussian', clipNoise: 3 },
  bounds,
  task: { kind: 'module', path: '/robots/my-env.js', actSteps: 1, maxEpisodeSteps: 20 },
};
