import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { permutation } from '@dppo/rl';

/** Where all randomness of an iteration comes from; tests pass recorded numbers. */
export interface Randomness {
  /** `count` independent standard normal numbers. */
  normal(count: number): Float32Array;
  /** The numbers 0 … `count` − 1 in random order. */
  permutation(count: number): Int32Array;
  /** One uniform number in [0, 1). */
  uniform(): number;
}

/** Reproducible randomness (xoroshiro128+, Box–Muller): whole numbers `seed` and `stream` decide all the numbers that are drawn. */
export function seeded(seed: number, stream: number): Randomness {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
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
  };
}
