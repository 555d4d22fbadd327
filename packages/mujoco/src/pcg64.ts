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
 * stateₙ₊₁ = stateₙ·multiplier + increment mod 2¹²⁸. The seed is a whole number in [0, 2⁵³).
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

/** numpy's `SeedSequence(seed).generate_state(count)`: 32-bit words hashed from a pool of four. */
export function seedSequence(seed: number, count: number): number[] {
  const entropy = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0, 0];
  const hash = hashing(0x43b0d7e5, 0x931e8875);
  const pool = entropy.map(hash);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hash(pool[from]));
  }
  const output = hashing(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => output(pool[i % 4]));
}

function hashing(start: number, factor: number): (value: number) => number {
  let constant = start;
  return (value) => {
    const keyed = value ^ constant;
    constant = Math.imul(constant, factor);
    const product = Math.imul(keyed, constant);
    return (product ^ (product >>> 16)) >>> 0;
  };
}

function mixed(x: number, y: number): number {
  const sum = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
  return (sum ^ (sum >>> 16)) >>> 0;
}
