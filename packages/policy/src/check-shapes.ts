import { aboutFile } from '@dppo/files';

import { etaOf, networkOf } from './build.ts';
import { isDiffusion, learnedEta, type NetworkSpec, type PolicySpec } from './spec.ts';

/** Shapes by the names of weights. */
type Shapes = Readonly<Record<string, readonly number[]>>;

/** Weights by their names, as far as it matters here: tensors, or what a file says of them. */
type Shaped = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/**
 * Checks the shapes of `weights`, by their names, against those of the `network` that is described, of which no weight is made.
 *
 * @throws Error that begins with `name` where one is missing, unknown or of another shape, or more layers are described than there are weights
 */
export function checkShapes(network: NetworkSpec, weights: Shaped, name: string): void {
  compare(shapesOf(network, weights, name), weights, `a ${network.kind} policy`, name);
}

/**
 * Checks all that is trained of a policy, `weights` by their names, as `checkShapes` does: those of its network, and of its η where
 * that is learned.
 *
 * @throws Error as `checkShapes` does, beginning with `name`
 */
export function checkTrained(spec: PolicySpec, weights: Shaped, name: string): void {
  if (!isDiffusion(spec)) return checkShapes(spec.network, weights, name);
  const { network, sampler } = spec;
  const eta = learnedEta(sampler);
  if (eta === undefined) return checkShapes(network, weights, name);
  checkLayers(eta, weights, name);
  const own = named(name, () => etaOf(eta, network).shapes);
  const prefixed = Object.entries(own).map(([key, shape]) => [`eta.${key}`, shape]);
  const expected = { ...shapesOf(network, weights, name), ...Object.fromEntries(prefixed) };
  compare(expected, weights, `a ${network.kind} policy with a learned eta`, name);
}

function compare(expected: Shapes, weights: Shaped, what: string, name: string): void {
  for (const [key, shape] of Object.entries(expected)) {
    const found = Object.hasOwn(weights, key) ? `[${weights[key].shape.join()}]` : 'missing';
    if (found !== `[${shape.join()}]`)
      throw new Error(`${name}: ${key} is ${found}, wanted [${shape.join()}]`);
  }
  const unknown = Object.keys(weights).find((key) => !Object.hasOwn(expected, key));
  if (unknown !== undefined) throw new Error(`${name}: ${unknown} is not a weight of ${what} like this`);
}

function shapesOf(network: NetworkSpec, weights: Shaped, name: string): Shapes {
  checkLayers(network, weights, name);
  return named(name, () => networkOf(network).shapes);
}

/** All lists in a description are of layers, each of which has weights of its own; a few more are told by name later. */
function checkLayers(described: object, weights: Shaped, name: string): void {
  const count = Object.keys(weights).length;
  const layers = Object.values(described).reduce<number>(
    (sum, option) => sum + (Array.isArray(option) ? option.length : 0),
    0,
  );
  if (layers > Math.max(count, 1000))
    throw new Error(`${name}: ${layers} layers are described, found ${count} weights`);
}

function named<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw aboutFile(name, error);
  }
}
