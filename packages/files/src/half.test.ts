import fc from 'fast-check';
import { expect, it } from 'vitest';

import { bfloat16, float16 } from './half.ts';

it.each([
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65_504],
  [0x0001, 2 ** -24],
  [0x0400, 2 ** -14],
  [0xfc00, -Infinity],
  [0x7e00, NaN],
])('float16 reads %i as %d', (bits, value) => {
  expect(float16(bits)).toBe(value);
});

it('bfloat16 is the upper half of a float32', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
      const [wide] = new Float32Array(Uint32Array.of(bits * 65_536).buffer);
      expect(bfloat16(bits)).toBe(wide);
    }),
  );
});
