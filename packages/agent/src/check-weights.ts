import { flatten } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import type { Counters, Metrics } from './algorithm.ts';
import { DivergenceError } from './diverged.ts';
import type { Policy } from './policies/policy.ts';

/**
 * Reads tensors back, before anything computes with them that may hide what they are: WebAssembly makes a bound of a NaN that it clips.
 *
 * @param name - what an error begins with
 * @param tensors - by the names that an error says
 * @throws DivergenceError that begins with `name` and names the tensor that holds NaN or an infinity
 */
export function checkNumbers(name: string, tensors: tf.NamedTensorMap): void {
  for (const [key, tensor] of Object.entries(tensors)) {
    const values = tensor.dataSync();
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i]))
        throw new DivergenceError(`${name}: ${key} has ${values[i]} in it, wanted finite numbers`);
    }
  }
}

/**
 * Checks the weights that a policy acts by, those of its `frozen` steps too.
 *
 * @param name - what an error begins with
 * @param policy - what acts by them
 * @param params - its parameters
 * @throws Error that begins with `name` and names the weight that is not float32, or not finite
 */
export function checkWeights(name: string, policy: Pick<Policy, 'frozen'>, params: tf.NamedTensorMap): void {
  const { tensors } = flatten({ ...params, frozen: policy.frozen ?? {} });
  for (const [key, { dtype }] of Object.entries(tensors)) {
    if (dtype !== 'float32') throw new Error(`${name}: ${key} is ${dtype}, wanted float32`);
  }
  checkNumbers(name, tensors);
}

/** Where a training stands, and at what rates and norms of gradients it came there. */
export function whereabouts({ iteration }: Pick<Counters, 'iteration'>, metrics: Metrics): string {
  const told = Object.entries(metrics).filter(([name]) => /_lr$|_grad_norm$/.test(name));
  const causes = told.map(([name, value]) => `${name.replace(/^train\//, '')} ${value.toPrecision(3)}`);
  return [`iteration ${iteration}`, ...causes].join(', ');
}
