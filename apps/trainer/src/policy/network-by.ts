import type { ValueMlpOptions } from '@dppo/nn';
import type { DenoiserSpec } from '@dppo/policy/head';

import { given, refuseGiven } from '../options/given.ts';
import { kebab } from '../options/option-layers.ts';
import { networkSize } from './network-size.ts';
import { type CriticOptions, networkNames, type NetworkOptions } from './network-options.ts';
import { wholeNetwork } from './whole-network.ts';

type Sizes = Pick<DenoiserSpec, 'obsDim' | 'actionDim' | 'horizonSteps' | 'condSteps'>;

/** The network that `options` ask for, with what they leave open. */
export function networkBy(options: NetworkOptions, sizes: Sizes): DenoiserSpec {
  const { obsDim, actionDim, horizonSteps, condSteps } = sizes;
  const { network: kind = 'mlp', timeDim, activation, condHidden } = options;
  const shared = {
    obsDim,
    actionDim,
    condSteps,
    horizonSteps,
    ...given({ timeDim, activation, condHidden }),
  };
  if (kind === 'mlp') {
    const { hidden, residual, layerNorm, outActivation } = options;
    return wholeNetwork({ kind, ...shared, ...given({ hidden, residual, layerNorm, outActivation }) });
  }
  const { unetDim: dim, dimMults, kernelSize, conditioning, encoderLayers } = options;
  const { normGroups: groups, groupNormEpsilon } = options;
  const own = { dim, dimMults, kernelSize, groups, groupNormEpsilon, conditioning, encoderLayers };
  return wholeNetwork({ kind, ...shared, ...given(own) });
}

const nothing: NetworkOptions = Object.fromEntries(networkNames.map((name) => [name, undefined]));

/** A network in the words of options; undefined are those that are of another one. */
export function networkNamed(network: DenoiserSpec): NetworkOptions {
  const whole = wholeNetwork(network);
  const { timeDim, activation, condHidden } = whole;
  const shared = { ...nothing, network: whole.kind, timeDim, activation, condHidden: [...condHidden] };
  if (whole.kind === 'mlp') {
    const { hidden, residual, layerNorm, outActivation } = whole;
    return { ...shared, hidden: [...hidden], residual, layerNorm, outActivation };
  }
  const { dim: unetDim, dimMults, kernelSize, conditioning, encoderLayers } = whole;
  const { groups: normGroups, groupNormEpsilon } = whole;
  return {
    ...shared,
    // A U-Net has no hidden layers.
    hidden: [],
    unetDim,
    dimMults: [...dimMults],
    kernelSize,
    normGroups,
    groupNormEpsilon,
    conditioning,
    encoderLayers,
  };
}

const ofMlp = ['residual', 'layerNorm', 'outActivation'];
const ofUnet = [
  'unetDim',
  'dimMults',
  'kernelSize',
  'normGroups',
  'groupNormEpsilon',
  'conditioning',
  'encoderLayers',
];

const mostWeights = 250_000_000;

/**
 * Refuses a network that cannot be made, and options that it has no use for.
 *
 * @throws Error naming the option
 */
export function checkNetwork(network: DenoiserSpec, options: Readonly<Record<string, unknown>>): void {
  const whole = wholeNetwork(network);
  if (whole.kind === 'mlp') {
    refuseGiven(options, ofUnet, 'it left out, or --network unet as well: an MLP has none');
    checkHidden('hidden', whole);
  } else {
    // Said of a U-Net, no hidden layers are none.
    const isSaid = Array.isArray(options['hidden']) && options['hidden'].length > 0;
    refuseGiven(
      options,
      [...(isSaid ? ['hidden'] : []), ...ofMlp],
      'it left out with --network unet: only an MLP has it',
    );
    checkLevels(whole, options);
  }
  const { weights } = networkSize(whole);
  if (weights > mostWeights) {
    const [option, size] =
      whole.kind === 'mlp' ? (['hidden', whole.hidden] as const) : (['unetDim', whole.dim] as const);
    refuse(
      option,
      size,
      `at most ${mostWeights} weights, 1 GB, of which training keeps four copies; these are ${weights}`,
    );
  }
}

/** The critic of a policy that `options` ask for, as `valueMlp` of @dppo/nn makes it. */
export function criticBy(
  { obsDim, condSteps }: Pick<DenoiserSpec, 'obsDim' | 'condSteps'>,
  options: CriticOptions,
): Required<ValueMlpOptions> {
  const { criticHidden: hidden, criticActivation: activation } = options;
  const { criticResidual: residual, criticLayerNorm: layerNorm } = options;
  return { obsDim, condSteps, hidden, activation, residual, layerNorm };
}

/** @throws Error naming the option of the critic that no network can be made with */
export function checkCritic({ criticHidden, criticResidual, criticLayerNorm }: CriticOptions): void {
  checkHidden('criticHidden', { hidden: criticHidden, residual: criticResidual, layerNorm: criticLayerNorm });
}

function checkHidden(
  option: 'hidden' | 'criticHidden',
  {
    hidden,
    residual,
    layerNorm,
  }: { readonly hidden: readonly number[]; readonly residual: boolean; readonly layerNorm: boolean },
): void {
  const named = (name: string): string => (option === 'hidden' ? name : `critic-${name}`);
  if (hidden.length === 0) refuse(option, hidden, 'a list of at least 1');
  if (!residual) return;
  if (hidden.length % 2 === 0 || hidden.some((size) => size !== hidden[0])) {
    refuse(
      option,
      hidden,
      `an odd number of equal sizes, such as 512,512,512, or --${named('residual')} false as well`,
    );
  }
  if (layerNorm && hidden.length === 1) {
    throw new Error(
      `--${named('layer-norm')}: found true, wanted it left out: one residual layer, --${kebab(option)} ${hidden.join()}, is not normalised`,
    );
  }
}

function checkLevels(
  network: Extract<ReturnType<typeof wholeNetwork>, { kind: 'unet' }>,
  options: Readonly<Record<string, unknown>>,
): void {
  const { horizonSteps, dim, dimMults, groups, groupNormEpsilon, condHidden } = network;
  const halvings = dimMults.length - 1;
  if (dimMults[0] !== 1) refuse('dimMults', dimMults, 'a list that begins with 1');
  const fitting = dimMults.filter((_, level) => horizonSteps % 2 ** level === 0);
  if (fitting.length < dimMults.length) {
    const origin = options['dimMults'] === undefined ? ', its default,' : '';
    refuse(
      'horizonSteps',
      horizonSteps,
      `a multiple of ${2 ** halvings}, or --dim-mults ${fitting.join()}: the levels of --dim-mults ${dimMults.join()}${origin} halve a chunk ${halvings === 1 ? 'once' : `${halvings} times`}`,
    );
  }
  if (groups !== undefined && dim % groups !== 0)
    refuse('normGroups', groups, `a divisor of --unet-dim ${dim}`);
  if (groups === undefined && groupNormEpsilon !== undefined)
    refuse('groupNormEpsilon', groupNormEpsilon, 'it left out, or --norm-groups as well: there are no norms');
  const equal = condHidden.slice(0, -1);
  if (condHidden.length > 0 && (equal.length % 2 === 0 || equal.some((size) => size !== equal[0]))) {
    refuse(
      'condHidden',
      condHidden,
      'with --network unet an odd number of equal sizes and the size that it ends with, such as 128,64',
    );
  }
}

function refuse(option: string, found: unknown, wanted: string): never {
  throw new Error(`--${kebab(option)}: found ${JSON.stringify(found)}, wanted ${wanted}`);
}
