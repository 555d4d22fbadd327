import type * as tf from '@tensorflow/tfjs';
import type { Activation } from './activation.ts';
import type { Starts } from './starts.ts';
import { applyTrunk, type Trunk, type TrunkOptions } from './trunk.ts';

/** The network `cond_mlp` that the observation passes first. */
export interface Conditioner {
  readonly starts: Starts;
  /** Columns of what it gives. */
  readonly size: number;
  /** rows [B, input] to [B, size]. */
  apply(params: tf.NamedTensorMap, rows: tf.Tensor2D): tf.Tensor2D;
}

/** A trunk of the kind given whose layers are `hidden`, the last of them its output; where there are none the identity. */
export function conditioner(
  kind: (options: TrunkOptions) => Trunk,
  input: number,
  hidden: readonly number[],
  activation: Activation,
): Conditioner {
  const size = hidden.at(-1);
  if (size === undefined) return { starts: {}, size: input, apply: (_params, rows) => rows };
  const trunk = kind({ name: 'cond_mlp', input, hidden: hidden.slice(0, -1), output: size, activation });
  return { starts: trunk.starts, size, apply: (params, rows) => applyTrunk(trunk, params, rows) };
}
