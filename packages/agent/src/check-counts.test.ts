import { expect, it } from 'vitest';

import { checkCounts } from './check-counts.ts';

it('names the function and the first option that is no count', () => {
  expect(() => checkCounts('train', { steps: 3, itr: 0, more: 0 })).toThrow(
    new RangeError('train: itr is 0, wanted a whole number above 0'),
  );
});
