import { type DenoiserSpec, networkOf } from '@dppo/policy';

import { checkNetwork } from '../policy/network-by.ts';
import type { Weights } from './import-weights.ts';
import type { Layout } from './their-names.ts';

/** The U-Net of diffusion_policy and of its port in lerobot, by their words. */
interface TheirUnet {
  readonly obsDim: number;
  readonly actionDim: number;
  readonly condSteps: number;
  readonly horizonSteps: number;
  readonly downDims: readonly number[];
  readonly stepDim: number;
  readonly kernelSize: number;
  readonly groups: number;
  readonly film: boolean;
}

/** The groups of their last convolution, whatever is said of the others. */
const lastGroups = 8;

/**
 * Our network that computes what theirs does: Mish, one layer that encodes the condition in each block, group norms with PyTorch's ε.
 *
 * @throws Error saying which size our network does not have
 */
export function unetOf({
  downDims,
  groups,
  film,
  ...their
}: TheirUnet): Extract<DenoiserSpec, { kind: 'unet' }> {
  const [dim] = downDims;
  const odd = downDims.find((size) => size % dim !== 0);
  if (odd !== undefined)
    throw new Error(`down_dims [${downDims.join(', ')}], wanted multiples of the first, ${dim}`);
  if (groups !== lastGroups)
    throw new Error(`n_groups ${groups}, wanted ${lastGroups}, which their last convolution has in any case`);
  const { stepDim: timeDim, ...sizes } = their;
  const network = {
    kind: 'unet',
    ...sizes,
    timeDim,
    dim,
    dimMults: downDims.map((size) => size / dim),
    groups,
    groupNormEpsilon: 1e-5,
    activation: 'mish',
    conditioning: film ? 'film' : 'offset',
    encoderLayers: 1,
    condHidden: [],
  } as const;
  checkNetwork(network, {});
  return network;
}

/**
 * The weights of our `network` among `theirs`, by our names, and what else there is.
 *
 * @param prefix - what their names begin with
 * @throws Error naming, as they do, one that is missing or of another shape
 */
export function weightsOf(
  network: DenoiserSpec,
  theirs: Weights,
  prefix: string,
  layout: Layout,
): { readonly weights: Weights; readonly others: string[] } {
  const taken = new Set<string>();
  const named = Object.entries(networkOf(network).shapes).map(([ours, shape]) => {
    const name = prefix + layout(ours);
    const found = Object.hasOwn(theirs, name) ? `[${theirs[name].shape.join()}]` : 'missing';
    if (found !== `[${shape.join()}]`) throw new Error(`${name} is ${found}, wanted [${shape.join()}]`);
    taken.add(name);
    return [ours, theirs[name]] as const;
  });
  return {
    weights: Object.fromEntries(named),
    others: Object.keys(theirs).filter((name) => !taken.has(name)),
  };
}
