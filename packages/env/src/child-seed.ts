import { seedSequence } from './seed-sequence.ts';

/** Where random numbers belong: what they are for, and whole numbers from 0 such as iteration and environment. */
export type Address = readonly (string | number)[];

/**
 * `count` 32-bit words that follow from `seed` and an `address`; another seed and another address have others.
 *
 * @throws RangeError for a seed or a number of the address that is not whole, or not in [0, 2⁵³)
 */
export function seedWords(seed: number, count: number, address: Address): number[] {
  const wrong = [seed, ...address].find(
    (part) => typeof part === 'number' && !(Number.isSafeInteger(part) && part >= 0),
  );
  if (wrong !== undefined) {
    const of = wrong === seed ? '' : ` in the address ${address.join(', ')}`;
    throw new RangeError(`seed: found ${wrong}${of}, wanted a whole number in [0, 2⁵³)`);
  }
  return seedSequence(seed, count, address.flatMap(keysOf));
}

/**
 * A seed in [0, 2⁵³) that follows from `seed` and an `address`: `childSeed(42, 'start', iteration, n)`. Sums of seeds give
 * neighbouring seeds nearly the same numbers; these have none in common, but by chance.
 *
 * @throws RangeError for a seed or a number of the address that is not whole, or not in [0, 2⁵³)
 */
export function childSeed(seed: number, ...address: Address): number {
  const [low, high] = seedWords(seed, 2, address);
  return (high >>> 11) * 2 ** 32 + low;
}

/** A number is itself; a name is a mark, its length and its letters. */
function keysOf(part: string | number): number[] {
  if (typeof part === 'number') return [part];
  const letters = Array.from(part, (letter) => letter.codePointAt(0) ?? 0);
  return [2 ** 32 - 1, letters.length, ...letters];
}
