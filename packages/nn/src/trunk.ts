import type * as tf from '@tensorflow/tfjs';
import { activate, type Activation } from './activation.ts';
import { layerNorm, linear } from './layers.ts';
import { linearStarts, normStarts, type Starts } from './starts.ts';

/** What the body of a network is built of. */
export interface TrunkOptions {
  /** Prefix of the parameters' names. */
  readonly name: string;
  readonly input: number;
  readonly hidden: readonly number[];
  readonly output: number;
  readonly activation: Activation;
  readonly outActivation?: Activation;
  readonly layerNorm?: boolean;
}

/** A stack of layers of which the first, a Linear, can be applied by whoever knows a faster way. */
export interface Trunk {
  readonly starts: Starts;
  /** Name of the first Linear. */
  readonly first: string;
  /** Everything after the first Linear, from what that gives [B, hidden[0]] to the output [B, output]. */
  rest(params: tf.NamedTensorMap, first: tf.Tensor2D): tf.Tensor2D;
}

/** The whole trunk: x [B, input] to [B, output]. */
export function applyTrunk(trunk: Trunk, params: tf.NamedTensorMap, x: tf.Tensor2D): tf.Tensor2D {
  return trunk.rest(params, linear(params, trunk.first, x));
}

/**
 * Linear, [LayerNorm,] activation, repeated; then Linear and the output activation.
 *
 * @see model/common/mlp.py:27-81 of the reference, MLP
 */
export function plainTrunk(options: TrunkOptions): Trunk {
  const { name, input, hidden, output, activation, outActivation = 'identity' } = options;
  const sizes = [input, ...hidden, output];
  const last = hidden.length;
  const layer = (i: number) => `${name}.moduleList.${i}`;
  const starts: Starts = {};
  for (let i = 0; i <= last; i++) {
    Object.assign(starts, linearStarts(`${layer(i)}.linear_1`, sizes[i], sizes[i + 1]));
    if (options.layerNorm && i < last) {
      Object.assign(starts, normStarts(`${layer(i)}.norm_1`, sizes[i + 1]));
    }
  }
  return {
    starts,
    first: `${layer(0)}.linear_1`,
    rest: (params, first) => {
      let x = first;
      for (let i = 0; i < last; i++) {
        if (options.layerNorm) x = layerNorm(params, `${layer(i)}.norm_1`, x, 1e-5);
        x = linear(params, `${layer(i + 1)}.linear_1`, activate(x, activation));
      }
      return finish(x, outActivation);
    },
  };
}

/**
 * Linear, then blocks x + l2(act(norm2(l1(act(norm1(x)))))), each of two hidden layers, then Linear and the output activation.
 *
 * @see model/common/mlp.py:84-154 of the reference, ResidualMLP
 */
export function residualTrunk(options: TrunkOptions): Trunk {
  const { name, input, hidden, output, activation, outActivation = 'identity' } = options;
  const [size] = hidden;
  if (hidden.length % 2 === 0 || hidden.some((each) => each !== size)) {
    throw new RangeError(
      `residual network: hidden [${hidden.join(', ')}], wanted an odd number of equal sizes`,
    );
  }
  const blocks = (hidden.length - 1) / 2;
  const layer = (i: number) => `${name}.layers.${i}`;
  const starts = linearStarts(layer(0), input, size);
  for (let b = 1; b <= blocks; b++) {
    for (const i of [1, 2]) Object.assign(starts, linearStarts(`${layer(b)}.l${i}`, size, size));
    if (!options.layerNorm) continue;
    for (const i of [1, 2]) Object.assign(starts, normStarts(`${layer(b)}.norm${i}`, size));
  }
  const block = (params: tf.NamedTensorMap, b: number, x: tf.Tensor2D): tf.Tensor2D => {
    let y = x;
    for (const i of [1, 2]) {
      if (options.layerNorm) y = layerNorm(params, `${layer(b)}.norm${i}`, y, 1e-6);
      y = linear(params, `${layer(b)}.l${i}`, activate(y, activation));
    }
    return x.add(y);
  };
  return {
    starts: { ...starts, ...linearStarts(layer(blocks + 1), size, output) },
    first: layer(0),
    rest: (params, first) => {
      let x = first;
      for (let b = 1; b <= blocks; b++) x = block(params, b, x);
      return finish(linear(params, layer(blocks + 1), x), outActivation);
    },
  };
}

function finish(x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return activation === 'identity' ? x : activate(x, activation);
}
