import type { DenoiserSpec } from '@dppo/policy/head';

type Mlp = Extract<DenoiserSpec, { kind: 'mlp' }>;
type Unet = Extract<DenoiserSpec, { kind: 'unet' }>;
type Norm = 'groups' | 'groupNormEpsilon';

/** A network of which nothing is left to its maker; a U-Net without groups has no norms. */
export type WholeNetwork = Required<Mlp> | (Required<Omit<Unet, Norm>> & Pick<Unet, Norm>);

const mlp = {
  timeDim: 16,
  hidden: [512, 512, 512],
  activation: 'relu',
  outActivation: 'identity',
  residual: true,
  layerNorm: false,
  condHidden: [],
} as const;

const unet = {
  timeDim: 32,
  dim: 32,
  dimMults: [1, 2, 4, 8],
  kernelSize: 5,
  activation: 'mish',
  conditioning: 'offset',
  condHidden: [],
} as const;

/** The network with what its description leaves to `denoiserMlp` and `unet1d` of @dppo/nn, which load TensorFlow. */
export function wholeNetwork(network: DenoiserSpec): WholeNetwork {
  if (network.kind === 'mlp') return { ...mlp, ...network };
  const { condHidden = [], groups } = network;
  const encoderLayers = condHidden.length > 0 ? 1 : 3;
  return { ...unet, encoderLayers, ...(groups !== undefined && { groupNormEpsilon: 1e-5 }), ...network };
}
