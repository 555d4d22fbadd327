import { type Address, seedWords } from '@dppo/env';
import { permutation } from '@dppo/rl';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Where all randomness of an iteration comes from; tests pass recorded numbers. */
export interface Randomness {
  /** `count` independent standard normal numbers. */
  normal(count: number): Float32Array;
  /** The numbers 0 … `count` − 1 in random order. */
  permutation(count: number): Int32Array;
  /** One uniform number in [0, 1). */
  uniform(): number;
  /** Randomness of a `place` below this one, such as a minibatch: its own numbers, whatever was drawn before. */
  at(...place: Address): Randomness;
  /** What `seeded` makes it of, here or elsewhere; absent where it is of no seed. */
  readonly address?: readonly [seed: number, ...address: Address];
}

/**
 * Reproducible randomness by address (xoroshiro128+, Box–Muller): `seed` and an `address`, what the numbers are for, as in
 * `seeded(42, 'act', iteration, shard)`, decide all that are drawn; other seeds and other addresses share none.
 *
 * @throws RangeError for a seed or a number of the address that is not whole, or not in [0, 2⁵³)
 */
export function seeded(seed: number, ...address: Address): Randomness {
  const generator = xoroshiro128plusFromState(seedWords(seed, 4, address));
  const uniform = (): number => (generator.next() >>> 0) / 2 ** 32;
  return {
    uniform,
    normal: (count) => {
      const values = new Float32Array(count);
      // Box–Muller: two uniform numbers make two normal ones; 1 − u keeps the logarithm finite.
      for (let i = 0; i < count; i += 2) {
        const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
        const angle = 2 * Math.PI * uniform();
        values[i] = radius * Math.cos(angle);
        if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
      }
      return values;
    },
    permutation: (count) => permutation(count, uniform),
    at: (...place) => seeded(seed, ...address, ...place),
    address: [seed, ...address],
  };
}
