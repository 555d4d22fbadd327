/** What {@link denoiserMlp} and {@link flowMlp} are where their options leave it open; this file loads no TensorFlow. */
export const mlpDefaults = {
  timeDim: 16,
  hidden: [512, 512, 512],
  activation: 'relu',
  outActivation: 'identity',
  residual: true,
  layerNorm: false,
  condHidden: [],
} as const;

/** What {@link unet1d} is where its options leave it open, but for `encoderLayers`, which follow from `condHidden`, and the ε of norms. */
export const unetDefaults = {
  timeDim: 32,
  dim: 32,
  dimMults: [1, 2, 4, 8],
  kernelSize: 5,
  activation: 'mish',
  conditioning: 'offset',
  condHidden: [],
} as const;

/** Where a learned η starts and what it never leaves where its options leave it open. */
export const etaDefaults = {
  fixed: { base: 0.5, min: 0.1, max: 1 },
  action: { base: 0.5, min: 0.1, max: 1 },
  state: { base: 0.5, min: 0.1, max: 1 },
  'state-action': { base: 1, min: 1e-3, max: 2 },
} as const;
