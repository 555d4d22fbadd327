import type { ValueMlpOptions } from '@dppo/nn';
import type { DenoiserSpec } from '@dppo/policy/head';

import { wholeNetwork } from './whole-network.ts';

/** A layer of a network: of each of `places` in a row, `kernel` times `input` numbers become `output` ones. */
interface Layer {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly places: number;
}

/** What a network is made of, as far as memory and time depend on it. */
export interface NetworkSize {
  /** weights, all of them */
  readonly weights: number;
  /** multiplications for one row */
  readonly products: number;
  /** numbers that its layers put out for one row, kept until gradients are known */
  readonly outputs: number;
}

/** The size of a network by its description, of which no weight is made. */
export function networkSize(network: DenoiserSpec): NetworkSize {
  const whole = wholeNetwork(network);
  return sizeOf(whole.kind === 'mlp' ? layersOfMlp(whole) : layersOfUnet(whole));
}

/** The size of a critic by the options of `valueMlp` of @dppo/nn. */
export function criticSize(critic: Required<ValueMlpOptions>): NetworkSize {
  const { obsDim, condSteps, hidden } = critic;
  return sizeOf({ layers: stack([condSteps * obsDim, ...hidden, 1]), scales: scalesOf(hidden, critic) });
}

function sizeOf({ layers, scales }: Made): NetworkSize {
  const sum = (of: (layer: Layer) => number): number => layers.reduce((all, layer) => all + of(layer), 0);
  return {
    weights: sum(({ input, output, kernel }) => (kernel * input + 1) * output) + scales,
    products: sum(({ input, output, kernel, places }) => kernel * input * output * places),
    outputs: sum(({ output, places }) => output * places),
  };
}

interface Made {
  readonly layers: readonly Layer[];
  /** weights of norms */
  readonly scales: number;
}

type Whole<Kind> = Extract<ReturnType<typeof wholeNetwork>, { kind: Kind }>;

function layersOfMlp(network: Whole<'mlp'>): Made {
  const { obsDim, condSteps, actionDim, horizonSteps, timeDim, condHidden, hidden } = network;
  const chunk = horizonSteps * actionDim;
  const condition = [condSteps * obsDim, ...condHidden];
  const [encoded] = condition.slice(-1);
  return {
    layers: [
      ...stack([timeDim, 2 * timeDim, timeDim]),
      ...stack(condition),
      ...stack([chunk + timeDim + encoded, ...hidden, chunk]),
    ],
    scales: scalesOf(hidden, network),
  };
}

/** Weights of the norms of hidden layers; the first of residual ones is not normalised. */
function scalesOf(
  hidden: readonly number[],
  { residual, layerNorm }: { readonly residual: boolean; readonly layerNorm: boolean },
): number {
  const normed = layerNorm ? hidden.slice(residual ? 1 : 0) : [];
  return normed.reduce((sum, size) => sum + 2 * size, 0);
}

function layersOfUnet(network: Whole<'unet'>): Made {
  const { obsDim, condSteps, actionDim, horizonSteps, timeDim, condHidden, dim, dimMults } = network;
  const { kernelSize: kernel, conditioning, encoderLayers, groups } = network;
  const condition = [condSteps * obsDim, ...condHidden];
  const [encoded] = condition.slice(-1);
  const block = (input: number, output: number, places: number): Layer[] => {
    const told = conditioning === 'film' ? 2 * output : output;
    return [
      { input, output, kernel, places },
      { input: output, output, kernel, places },
      ...stack([timeDim + encoded, ...Array<number>(encoderLayers).fill(told)]),
      ...(input === output ? [] : [{ input, output, kernel: 1, places }]),
    ];
  };
  const pair = (input: number, output: number, places: number): Layer[] => [
    ...block(input, output, places),
    ...block(output, output, places),
  ];
  const sizes = dimMults.map((times) => dim * times);
  const last = sizes.length - 1;
  const at = (level: number): number => horizonSteps / 2 ** level;
  const across = (size: number, width: number, level: number): Layer[] => [
    { input: size, output: size, kernel: width, places: at(level) },
  ];
  const down = sizes.flatMap((size, i) =>
    pair(i === 0 ? actionDim : sizes[i - 1], size, at(i)).concat(i < last ? across(size, 3, i + 1) : []),
  );
  const up = sizes
    .slice(1)
    .flatMap((size, i) => pair(2 * size, sizes[i], at(i + 1)).concat(across(sizes[i], 4, i + 1)));
  const layers = [
    ...stack([timeDim, 4 * timeDim, timeDim]),
    ...stack(condition),
    ...down,
    ...pair(sizes[last], sizes[last], at(last)),
    ...up,
    { input: dim, output: dim, kernel, places: horizonSteps },
    { input: dim, output: actionDim, kernel: 1, places: horizonSteps },
  ];
  // Each convolution of the chosen kernel is followed by a norm.
  const normed = [...sizes, sizes[last], ...sizes.slice(0, -1)].reduce((sum, size) => sum + 4 * size, dim);
  return { layers, scales: groups === undefined ? 0 : 2 * normed };
}

/** Layers that follow one another. */
function stack(sizes: readonly number[]): Layer[] {
  return sizes.slice(1).map((output, i) => ({ input: sizes[i], output, kernel: 1, places: 1 }));
}
