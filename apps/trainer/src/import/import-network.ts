import type { DenoiserSpec } from '@dppo/policy';

import { refuseGiven } from '../options/given.ts';
import type { Weights } from './import-weights.ts';

type Activation = NonNullable<DenoiserSpec['activation']>;

/** What weights do not tell. */
export interface Known {
  readonly obsDim: number;
  readonly actionDim: number;
  readonly horizonSteps?: number | undefined;
  readonly activation?: Activation | undefined;
  readonly outActivation?: Activation | undefined;
  readonly normGroups?: number | undefined;
  readonly groupNormEpsilon?: number | undefined;
}

/**
 * The denoising network that has these weights, read off their names and shapes.
 *
 * Source: reference model/diffusion/mlp_diffusion.py:174-250 (DiffusionMLP) and model/diffusion/unet.py:121-327 (Unet1D)
 *
 * @throws Error that says which weight is missing or does not fit the sizes of observation and action, or which option there is no use for
 */
export function networkOfWeights(weights: Weights, known: Known): DenoiserSpec {
  const normed = 'down_modules.0.0.blocks.0.block.2.weight' in weights;
  if (!normed)
    refuseGiven({ ...known }, ['normGroups', 'groupNormEpsilon'], 'it left out: there are no such norms');
  if ('time_embedding.1.weight' in weights) return mlp(weights, known);
  refuseGiven({ ...known }, ['outActivation'], 'it left out: only an MLP has it');
  if ('time_mlp.1.weight' in weights) return unet(weights, known, normed);
  const [name] = Object.keys(weights);
  throw new Error(
    `neither time_embedding.1.weight (DiffusionMLP) nor time_mlp.1.weight (Unet1D) among the weights, found ${name}`,
  );
}

function mlp(
  weights: Weights,
  { obsDim, actionDim, activation = 'relu', outActivation = 'identity', ...known }: Known,
): DenoiserSpec {
  const [, timeDim] = shapeOf(weights, 'time_embedding.1.weight');
  const residual = 'mlp_mean.layers.0.weight' in weights;
  const body = residual ? residualLayers(weights, 'mlp_mean') : plainLayers(weights, 'mlp_mean');
  const condition =
    'cond_mlp.moduleList.0.linear_1.weight' in weights ? plainLayers(weights, 'cond_mlp') : undefined;
  const horizonSteps = whole(body.output / actionDim, `${body.output} outputs for actions of ${actionDim}`);
  if (known.horizonSteps !== undefined && known.horizonSteps !== horizonSteps) {
    throw new Error(`--horizon-steps: found ${known.horizonSteps}, wanted ${horizonSteps} as in the weights`);
  }
  const condSteps = condStepsOf(condition?.input ?? body.input - body.output - timeDim, obsDim);
  return {
    kind: 'mlp',
    obsDim,
    actionDim,
    condSteps,
    horizonSteps,
    timeDim,
    activation,
    outActivation,
    residual,
    hidden: body.hidden,
    layerNorm: body.layerNorm,
    condHidden: condition ? [...condition.hidden, condition.output] : [],
  };
}

function unet(
  weights: Weights,
  {
    obsDim,
    actionDim,
    horizonSteps,
    activation = 'mish',
    normGroups: groups = 8,
    groupNormEpsilon = 1e-5,
  }: Known,
  normed: boolean,
): DenoiserSpec {
  if (horizonSteps === undefined) throw new Error('--horizon-steps is missing: a U-Net does not tell it');
  const [, timeDim] = shapeOf(weights, 'time_mlp.1.weight');
  const levels = numbered(weights, (i) => `down_modules.${i}.0.blocks.0.block.0.weight`);
  const [dim, , kernelSize] = shapeOf(weights, levels[0]);
  const encoder = 'down_modules.0.0.cond_encoder';
  const encoderLayers = `${encoder}.4.weight` in weights ? 3 : 1;
  const [encoded] = shapeOf(weights, `${encoder}.${encoderLayers === 3 ? 4 : 1}.weight`);
  const [, conditionSize] = shapeOf(weights, `${encoder}.${encoderLayers === 3 ? 0 : 1}.weight`);
  const condition = 'cond_mlp.layers.0.weight' in weights ? residualLayers(weights, 'cond_mlp') : undefined;
  const condSteps = condStepsOf(condition?.input ?? conditionSize - timeDim, obsDim);
  return {
    kind: 'unet',
    obsDim,
    actionDim,
    condSteps,
    horizonSteps,
    timeDim,
    activation,
    dim,
    kernelSize,
    dimMults: levels.map((name) => whole(shapeOf(weights, name)[0] / dim, `${name} for dim ${dim}`)),
    ...(normed && { groups, groupNormEpsilon }),
    conditioning: encoded === 2 * dim ? 'film' : 'offset',
    encoderLayers,
    condHidden: condition ? [...condition.hidden, condition.output] : [],
  };
}

interface Layers {
  readonly input: number;
  readonly hidden: number[];
  readonly output: number;
  readonly layerNorm: boolean;
}

/** Linear, blocks of two hidden layers, Linear. */
function residualLayers(weights: Weights, name: string): Layers {
  const blocks = Object.keys(weights).filter(
    (key) => key.startsWith(name) && key.endsWith('.l1.weight'),
  ).length;
  const [size, input] = shapeOf(weights, `${name}.layers.0.weight`);
  const [output] = shapeOf(weights, `${name}.layers.${blocks + 1}.weight`);
  const hidden = Array<number>(2 * blocks + 1).fill(size);
  return { input, hidden, output, layerNorm: `${name}.layers.1.norm1.weight` in weights };
}

/** A stack of Linear. */
export function plainLayers(weights: Weights, name: string): Layers {
  const layers = numbered(weights, (i) => `${name}.moduleList.${i}.linear_1.weight`);
  const sizes = layers.map((layer) => shapeOf(weights, layer)[0]);
  const [, input] = shapeOf(weights, layers[0]);
  return {
    input,
    hidden: sizes.slice(0, -1),
    output: sizes[sizes.length - 1],
    layerNorm: `${name}.moduleList.0.norm_1.weight` in weights,
  };
}

/** The names for 0, 1, … that there are, at least the first. */
function numbered(weights: Weights, name: (i: number) => string): string[] {
  const names = [name(0)];
  while (name(names.length) in weights) names.push(name(names.length));
  return names;
}

function shapeOf(weights: Weights, name: string): readonly number[] {
  if (!(name in weights)) throw new Error(`${name} is missing among the weights`);
  return weights[name].shape;
}

function condStepsOf(size: number, obsDim: number): number {
  return whole(size / obsDim, `${size} inputs for observations of ${obsDim}`);
}

function whole(value: number, what: string): number {
  if (!(Number.isInteger(value) && value >= 1)) throw new Error(`${what}, wanted a multiple`);
  return value;
}
