import { aboutFile } from '@dppo/files';

import { networkOf } from './build.ts';
import type { NetworkSpec } from './spec.ts';

/** Weights by their names, as far as it matters here: tensors, or what a file says of them. */
type Shaped = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/**
 * Checks the shapes of `weights`, by their names, against those of the `network` that is described, of which no weight is made.
 *
 * @throws Error that begins with `name` where one is missing, unknown or of another shape, or more layers are described than there are weights
 */
export function checkShapes(network: NetworkSpec, weights: Shaped, name: string): void {
  const expected = shapesOf(network, Object.keys(weights).length, name);
  for (const [key, shape] of Object.entries(expected)) {
    const found = Object.hasOwn(weights, key) ? `[${weights[key].shape.join()}]` : 'missing';
    if (found !== `[${shape.join()}]`)
      throw new Error(`${name}: ${key} is ${found}, wanted [${shape.join()}]`);
  }
  const unknown = Object.keys(weights).find((key) => !Object.hasOwn(expected, key));
  if (unknown !== undefined)
    throw new Error(`${name}: ${unknown} is not a weight of a ${network.kind} policy like this`);
}

function shapesOf(network: NetworkSpec, count: number, name: string) {
  // All lists in it are of layers, each of which has weights of its own; a few more are told by name below.
  const layers = Object.values(network).reduce<number>(
    (sum, option) => sum + (Array.isArray(option) ? option.length : 0),
    0,
  );
  if (layers > Math.max(count, 1000))
    throw new Error(`${name}: ${layers} layers are described, found ${count} weights`);
  try {
    return networkOf(network).shapes;
  } catch (error) {
    throw aboutFile(name, error);
  }
}
