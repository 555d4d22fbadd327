import { seedSequence } from './seed-sequence.ts';

const mask32 = (1n << 32n) - 1n;
const mask64 = (1n << 64n) - 1n;
const mask128 = (1n << 128n) - 1n;
const multiplier = 0x2360ed051fc65da44385df649fccf645n;

/** A generator that makes the same numbers as numpy's of the same seed. */
export interface Generator {
  /** 64 random bits */
  readonly bits: () => bigint;
  /** uniform in [0, 1), numpy's `Generator.random()` */
  readonly random: () => number;
  /**
   * Uniform whole number in [low, high), numpy's `Generator.integers(low, high)`: 32 bits at a time, two draws from each 64, by Lemire's
   * rejection. Throws a RangeError unless both are whole numbers and high − low is in [2, 2³²).
   *
   * @see D. Lemire, Fast Random Integer Generation in an Interval, arXiv 1805.10941
   */
  readonly integer: (low: number, high: number) => number;
}

/** A generator that can be saved. */
export interface SavableGenerator extends Generator {
  /** state and increment as 32-bit words, the lowest of each first, whether 32 bits of the last draw are left, and those [10] */
  readonly words: () => number[];
}

/**
 * numpy's `default_rng(seed)`: PCG64 (XSL-RR 128/64, O'Neill 2014, https://www.pcg-random.org) started by SeedSequence.
 * stateₙ₊₁ = stateₙ·multiplier + increment mod 2¹²⁸. `seed` is a whole number in [0, 2⁵³).
 */
export function pcg64(seed: number): SavableGenerator {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`pcg64: seed is ${seed}, wanted a whole number in [0, 2⁵³)`);
  }
  const words = seedSequence(seed, 8).map(BigInt);
  const word128 = (i: number): bigint =>
    (words[i + 1] << 96n) | (words[i] << 64n) | (words[i + 3] << 32n) | words[i + 2];
  const increment = ((word128(4) << 1n) | 1n) & mask128;
  return generatorAt((((increment + word128(0)) & mask128) * multiplier + increment) & mask128, increment);
}

/** The generator whose `words` these are. */
export function pcg64From(words: ArrayLike<number>): SavableGenerator {
  const word128 = (from: number): bigint =>
    [3, 2, 1, 0].reduce((value, i) => (value << 32n) | BigInt(words[from + i] >>> 0), 0n);
  return generatorAt(word128(0), word128(4), words[8] === 1 ? BigInt(words[9]) : undefined);
}

function generatorAt(start: bigint, increment: bigint, left?: bigint): SavableGenerator {
  let state = start;

  function bits(): bigint {
    state = (state * multiplier + increment) & mask128;
    const value = (state >> 64n) ^ (state & mask64);
    const turn = state >> 122n;
    return ((value >> turn) | (value << (64n - turn))) & mask64;
  }

  let half = left;
  function bits32(): bigint {
    if (half !== undefined) {
      const kept = half;
      half = undefined;
      return kept;
    }
    const value = bits();
    half = value >> 32n;
    return value & mask32;
  }

  function integer(low: number, high: number): number {
    const count = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || count < 2 || count >= 2 ** 32) {
      throw new RangeError(
        `pcg64: integer in [${low}, ${high}), wanted whole numbers that are 2 … 2³² − 1 apart`,
      );
    }
    const range = BigInt(count);
    const least = 2n ** 32n % range;
    for (;;) {
      const product = bits32() * range;
      if ((product & mask32) >= least) return low + Number(product >> 32n);
    }
  }
  return {
    bits,
    random: () => Number(bits() >> 11n) * 2 ** -53,
    integer,
    words: () => [
      ...[state, increment].flatMap(wordsOf),
      ...(half === undefined ? [0, 0] : [1, Number(half)]),
    ],
  };
}

function wordsOf(value: bigint): number[] {
  return [0n, 32n, 64n, 96n].map((shift) => Number((value >> shift) & 0xffffffffn));
}
