import { mlpDefaults, unetDefaults } from '@dppo/nn/defaults';
import type { DenoiserSpec } from '@dppo/policy/head';

type Mlp = Extract<DenoiserSpec, { kind: 'mlp' }>;
type Unet = Extract<DenoiserSpec, { kind: 'unet' }>;
type Norm = 'groups' | 'groupNormEpsilon';

/** A network of which nothing is left to its maker; a U-Net without groups has no norms. */
export type WholeNetwork = Required<Mlp> | (Required<Omit<Unet, Norm>> & Pick<Unet, Norm>);

/** The network with what its description leaves to `denoiserMlp` and `unet1d` of @dppo/nn. */
export function wholeNetwork(network: DenoiserSpec): WholeNetwork {
  if (network.kind === 'mlp') return { ...mlpDefaults, ...network };
  const { condHidden = [], groups } = network;
  const encoderLayers = condHidden.length > 0 ? 1 : 3;
  return {
    ...unetDefaults,
    encoderLayers,
    ...(groups !== undefined && { groupNormEpsilon: 1e-5 }),
    ...network,
  };
}
