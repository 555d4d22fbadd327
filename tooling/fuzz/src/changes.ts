import fc from 'fast-check';

/** One way to make a file say something else about its sizes. */
export type Change = (bytes: Uint8Array) => Uint8Array;

/** What counts, lengths and offsets are replaced by: the ends of all kinds of numbers, and what is none. */
const extremes = [
  0n,
  -1n,
  1n,
  255n,
  65_535n,
  ...[15n, 16n, 24n, 31n, 32n, 40n, 53n, 63n].flatMap((bits) => [2n ** bits - 1n, 2n ** bits, -(2n ** bits)]),
];
const words = [
  ...extremes.map(String),
  '1e400',
  '-1e400',
  '1e-400',
  '0.5',
  'NaN',
  'null',
  '""',
  '{}',
  '[]',
  '*a',
];

/** As many as fit into two million bytes. */
const mostBytes = 2 ** 21;

/** A share of the whole; fast-check would have the first and the last places most. */
const place = fc.noBias(fc.nat(2 ** 30 - 1)).map((share) => share / 2 ** 30);

/** A number in bytes, at any place. */
const integers = fc
  .record({
    place,
    value: fc.constantFrom(...extremes),
    width: fc.constantFrom(1, 2, 4, 8),
    littleEndian: fc.boolean(),
  })
  .map(({ place: at, value, width, littleEndian }): Change => (bytes) => {
    const changed = Uint8Array.from(bytes);
    const start = Math.floor(at * bytes.length);
    for (let i = 0; i < width && start + i < bytes.length; i++) {
      const shift = BigInt(8 * (littleEndian ? i : width - 1 - i));
      changed[start + i] = Number((value >> shift) & 255n);
    }
    return changed;
  });

/** A number in text. */
const numbers = fc
  .record({ place, word: fc.constantFrom(...words) })
  .map(({ place: at, word }): Change => replacing(at, () => word));

/** A number in text within many brackets, closed or not. */
const nesting = fc
  .record({
    place,
    depth: fc.constantFrom(2, 20, 500, 100_000),
    brackets: fc.constantFrom(['[', ']'], ['{"a":', '}'], ['(', ')'], ['[', ''], ['- ', '']),
  })
  .map(({ place: at, depth, brackets: [open, close] }): Change =>
    replacing(at, (word) => `${open.repeat(depth)}${word}${close.repeat(depth)}`),
  );

/** A part of the bytes many times over. */
const repetition = fc
  .record({ place, length: fc.integer({ min: 1, max: 100 }), times: fc.constantFrom(2, 1000, 1_000_000) })
  .map(({ place: at, length, times }): Change => (bytes) => {
    const start = Math.floor(at * bytes.length);
    const part = bytes.subarray(start, start + length);
    const count = Math.min(times, Math.floor(mostBytes / Math.max(1, part.length)));
    return Buffer.concat([
      bytes.subarray(0, start),
      ...Array<Uint8Array>(count).fill(part),
      bytes.subarray(start),
    ]);
  });

/** The bytes up to any place, or nothing of them. */
const ending = place.map(
  (at): Change =>
    (bytes) =>
      bytes.subarray(0, Math.floor(at * bytes.length)),
);

/** One change or a few, one after another. */
const changes = fc
  .array(fc.oneof(integers, numbers, numbers, nesting, repetition, ending), { minLength: 1, maxLength: 3 })
  .map(
    (several): Change =>
      (bytes) =>
        several.reduce((changed, change) => change(changed), bytes),
  );

/** So many changes, and to which part of a file each is made; the same `seed` gives the same. */
export function changesFor(
  seed: number,
  rounds: number,
): { readonly place: number; readonly change: Change }[] {
  return fc.sample(fc.record({ place, change: changes }), { seed, numRuns: rounds });
}

function replacing(at: number, by: (word: string) => string): Change {
  return (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    const found = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    if (found.length === 0) return bytes;
    const { index, 0: word } = found[Math.floor(at * found.length)];
    return Buffer.from(text.slice(0, index) + by(word) + text.slice(index + word.length), 'latin1');
  };
}
