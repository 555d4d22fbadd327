import { aboutFile } from '@dppo/files';

import { noiseOf } from './build-flow.ts';
import { etaOf, networkOf } from './build.ts';
import { isDiffusion, isFlow, learnedEta, type NetworkSpec, type PolicySpec } from './spec.ts';

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
 * Checks all that is trained of a policy, `weights` by their names, as `checkShapes` does: those of its network, and of its η or
 * its noise where that is learned.
 *
 * @throws Error as `checkShapes` does, beginning with `name`
 */
export function checkTrained(spec: PolicySpec, weights: Shaped, name: string): void {
  const learned = learnedOf(spec);
  if (learned === undefined) return checkShapes(spec.network, weights, name);
  const { part, described, shapes } = learned;
  checkLayers(described, weights, name);
  const prefixed = Object.entries(named(name, shapes)).map(([key, shape]) => [`${part}.${key}`, shape]);
  const expected = { ...shapesOf(spec.network, weights, name), ...Object.fromEntries(prefixed) };
  compare(expected, weights, `a ${spec.network.kind} policy with a learned ${part}`, name);
}

/** What is learned of a policy beside its network: the part that its weights are named by, its description, and their shapes. */
function learnedOf(spec: PolicySpec) {
  if (isFlow(spec)) {
    const { noise, steps } = spec.sampler;
    if (typeof noise !== 'object') return undefined;
    return { part: 'noise', described: noise, shapes: () => noiseOf(noise, spec.network, steps).shapes };
  }
  const eta = isDiffusion(spec) ? learnedEta(spec.sampler) : undefined;
  if (eta === undefined || !isDiffusion(spec)) return undefined;
  return { part: 'eta', described: eta, shapes: () => etaOf(eta, spec.network).shapes };
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
