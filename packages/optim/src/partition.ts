import * as tf from '@tensorflow/tfjs';

import type { Optimizer } from './optimizer.ts';
import { copy, type TensorTree } from './tree.ts';

/** Learning rates by the names of parts; a part without one stays as it is. */
export interface Rates {
  readonly [part: string]: number | tf.Scalar;
}

/**
 * An optimizer of its own for each part of the parameters, such as the network of a policy and its noise; its state is
 * those of the parts by their names.
 *
 * @param optimizers - by the names of the parts
 * @param partOf - the part that a parameter belongs to
 * @throws RangeError from `init` where `partOf` names a part that has no optimizer, and from `update` for the rate of such a part
 * or one rate for all
 */
export function partition(
  optimizers: Readonly<Record<string, Optimizer>>,
  partOf: (name: string) => string,
): Optimizer<{ readonly [part: string]: TensorTree }, Rates> {
  const parts = Object.entries(optimizers);
  const known = Object.keys(optimizers).join(', ');
  const check = (what: string, part: string): void => {
    if (!Object.hasOwn(optimizers, part)) {
      throw new RangeError(`partition: ${what} is of part "${part}", wanted one of ${known}`);
    }
  };
  const of = (part: string, map: tf.NamedTensorMap): tf.NamedTensorMap =>
    Object.fromEntries(Object.entries(map).filter(([name]) => partOf(name) === part));
  return {
    init: (params) => {
      for (const name of Object.keys(params)) check(name, partOf(name));
      return Object.fromEntries(parts.map(([part, optimizer]) => [part, optimizer.init(of(part, params))]));
    },
    update: (gradients, state, params, rates) => {
      if (typeof rates !== 'object' || rates instanceof tf.Tensor) {
        throw new RangeError(
          `partition: got one learning rate, ${String(rates)}, wanted one by part: ${known}`,
        );
      }
      for (const part of Object.keys(rates)) check('a learning rate', part);
      const moved: tf.NamedTensorMap = {};
      const next: Record<string, TensorTree> = {};
      for (const [part, optimizer] of parts) {
        const own = of(part, params);
        const updated =
          part in rates
            ? optimizer.update(of(part, gradients), state[part], own, rates[part])
            : ([copy(own), copy(state[part])] as const);
        Object.assign(moved, updated[0]);
        next[part] = updated[1];
      }
      return [Object.fromEntries(Object.keys(params).map((name) => [name, moved[name]])), next];
    },
  };
}
