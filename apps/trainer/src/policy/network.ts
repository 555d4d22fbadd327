import type { Network, Observation } from '@dppo/agent';
import type { Denoise } from '@dppo/diffusion';
import { denoiserMlp, unet1d } from '@dppo/nn';

import type { NetworkSpec } from './network-spec.ts';

/** Sizes that every network has. */
export interface DenoiserSizes {
  readonly obsDim: number;
  readonly actionDim: number;
  readonly condSteps: number;
  readonly horizonSteps: number;
  readonly timeDim: number;
  /** Hidden layers of an MLP; none of a U-Net. */
  readonly hidden: readonly number[];
}

const ownMlp: NetworkSpec = {
  kind: 'mlp',
  activation: 'relu',
  residual: true,
  layerNorm: false,
  condHidden: [],
};

/** The denoising network of these sizes. */
export function denoiserNetwork(
  { hidden, ...sizes }: DenoiserSizes,
  network: NetworkSpec = ownMlp,
): Network<[obs: Observation], Denoise> {
  if (network.kind === 'mlp') return denoiserMlp({ ...sizes, hidden, ...network });
  const { groups, ...rest } = network;
  return unet1d({ ...sizes, ...rest, ...(groups !== undefined && { groups }) });
}
