/**
 * numpy's `SeedSequence(seed, spawn_key=spawnKey).generate_state(count)`: 32-bit words hashed from a pool of four, so that
 * neighbouring seeds and keys have nothing in common.
 *
 * @param seed - a whole number in [0, 2⁵³)
 * @param count - how many words
 * @param spawnKey - whole numbers in [0, 2⁵³)
 * @see M. E. O'Neill, https://www.pcg-random.org/posts/developing-a-seed_seq-alternative.html
 */
export function seedSequence(seed: number, count: number, spawnKey: readonly number[] = []): number[] {
  const hash = hashing(0x43b0d7e5, 0x931e8875);
  const pool = [seed >>> 0, high(seed), 0, 0].map(hash);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hash(pool[from]));
  }
  for (const word of spawnKey.flatMap(wordsOf)) {
    for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hash(word));
  }
  const output = hashing(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => output(pool[i % 4]));
}

/** As few words as hold the number. */
function wordsOf(value: number): number[] {
  return value < 2 ** 32 ? [value] : [value >>> 0, high(value)];
}

function high(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0;
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
