import fc from 'fast-check';
import { expect, it } from 'vitest';

import { split } from './split.ts';

it('keeps all items in their order, in runs of nearly one length', () => {
  expect(split([1, 2, 3, 4, 5], 2)).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (items, count) => {
      const parts = split(items, count);
      expect(parts.flat()).toEqual(items);
      expect(parts).toHaveLength(Math.min(count, items.length));
      const lengths = parts.map((part) => part.length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});
