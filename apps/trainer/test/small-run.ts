/** Options of a run from scratch that takes a moment. */
export const smallRun = {
  environment: 'hopper',
  jit: false,
  hidden: [8, 8, 8],
  denoisingSteps: 3,
  nEnvs: 2,
  workers: 1,
  steps: 5,
  maxEpisodeSteps: 16,
  batchSize: 30,
  evalEpisodes: 2,
  evalEvery: 2,
} as const;
