import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { permutation } from './permutation.ts';

describe('permutation', () => {
  it('follows the random numbers by hand', () => {
    // 0 1 2 3: 3 ↔ ⌊0.5·4⌋ = 2, then 2 ↔ ⌊0·3⌋ = 0, then 1 ↔ ⌊0.9·2⌋ = 1.
    const numbers = [0.5, 0, 0.9];
    expect(permutation(4, () => numbers.shift() ?? NaN)).toEqual(Int32Array.of(3, 1, 0, 2));
  });

  it('holds every number once', () => {
    const uniform = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    fc.assert(
      fc.property(fc.nat(100), uniform, (count, stream) => {
        const order = permutation(count, () => stream.next().value);
        expect(order.toSorted()).toEqual(Int32Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('refuses a count that is none', () => {
    expect(() => permutation(-1, () => 0)).toThrow(
      'permutation: count is -1, wanted a whole number, 0 or more',
    );
  });
});
