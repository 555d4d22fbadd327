import { seedSequence } from '@dppo/env';

const mask64 = (1n << 64n) - 1n;
const mask128 = (1n << 128n) - 1n;
const multiplier = 0x2360ed051fc65da44385df649fccf645n;

/** A generator that makes the same numbers as numpy's of the same seed. */
export interface Generator {
  /** 64 random bits */
  readonly bits: () => bigint;
  /** uniform in [0, 1), numpy's `Generator.random()` */
  readonly random: () => number;
}

/**
 * numpy's `default_rng(seed)`: PCG64 (XSL-RR 128/64, O'Neill 2014, https://www.pcg-random.org) started by SeedSequence.
 * stateₙ₊₁ = stateₙ·multiplier + increment mod 2¹²⁸. `seed` is a whole number in [0, 2⁵³).
 */
export function pcg64(seed: number): Generator {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`pcg64: seed is ${seed}, wanted a whole number in [0, 2⁵³)`);
  }
  const words = seedSequence(seed, 8).map(BigInt);
  const word128 = (i: number): bigint =>
    (words[i + 1] << 96n) | (words[i] << 64n) | (words[i + 3] << 32n) | words[i + 2];
  const increment = ((word128(4) << 1n) | 1n) & mask128;
  const next = (state: bigint): bigint => (state * multiplier + increment) & mask128;
  let state = next((increment + word128(0)) & mask128);

  function bits(): bigint {
    state = next(state);
    const value = (state >> 64n) ^ (state & mask64);
    const turn = state >> 122n;
    return ((value >> turn) | (value << (64n - turn))) & mask64;
  }
  return { bits, random: () => Number(bits() >> 11n) * 2 ** -53 };
}
