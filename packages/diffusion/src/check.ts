import type * as tf from '@tensorflow/tfjs';

import type { DenoiseStep } from './steps.ts';

type Shape = readonly number[];

/** Throws unless x is a batch of chunks [B, Ta, Da], none of the three 0. */
export function checkChunks(caller: string, name: string, x: tf.Tensor): void {
  if (x.rank !== 3 || x.size === 0) {
    throw new RangeError(`${caller}: ${name} [${x.shape.join()}], wanted [B, Ta, Da], each above 0`);
  }
}

/** Throws unless the chain [B, S + 1, Ta, Da] is one longer than the steps. */
export function checkChain(caller: string, chain: tf.Tensor, steps: number): void {
  if (chain.rank !== 4 || chain.size === 0 || chain.shape[1] !== steps + 1) {
    throw new RangeError(
      `${caller}: chain is [${chain.shape.join()}], wanted [B, ${steps + 1}, Ta, Da] for ${steps} steps, each above 0`,
    );
  }
}

/** Throws for a limit that is given and not above 0. */
export function checkLimits(caller: string, limits: Readonly<Record<string, number | undefined>>): void {
  for (const [name, limit = Infinity] of Object.entries(limits)) {
    if (!(limit > 0)) throw new RangeError(`${caller}: ${name} is ${limit}, wanted a number above 0`);
  }
}

/** Throws for a floor of the standard deviation that is not finite and 0 or more. */
export function checkFloors(caller: string, floors: Readonly<Record<string, number | undefined>>): void {
  for (const [name, floor = 0] of Object.entries(floors)) {
    if (!(floor >= 0 && floor < Infinity)) {
      throw new RangeError(`${caller}: ${name} is ${floor}, wanted 0 or more`);
    }
  }
}

/** Throws for a standard deviation that is not finite and 0 or more. */
export function checkStds(caller: string, steps: readonly Pick<DenoiseStep, 'std'>[]): void {
  const wrong = steps.findIndex(({ std }) => !(std >= 0 && std < Infinity));
  if (wrong >= 0) {
    throw new RangeError(`${caller}: step ${wrong} has std ${steps[wrong].std}, wanted 0 or more`);
  }
}

/** x itself, if a function that was passed in has made it of the shape wanted. */
export function ofShape<T extends tf.Tensor>(of: string, x: T, wanted: Shape): T {
  if (x.shape.join() !== wanted.join()) {
    throw new RangeError(`${of} gave [${x.shape.join()}], wanted [${wanted.join()}]`);
  }
  return x;
}

/** Whether a tensor of the one shape, at most of as many dimensions, broadcasts to the other without enlarging it. */
export function broadcasts(shape: Shape, wanted: Shape): boolean {
  const [sizes, limits] = [shape.toReversed(), wanted.toReversed()];
  return sizes.length <= limits.length && sizes.every((size, i) => size === 1 || size === limits[i]);
}
