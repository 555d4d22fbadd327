import { expect, it } from 'vitest';

import { decayedStd } from './decayed-std.ts';

const range = { min: 0.1, max: 0.24 };

it('stays, then falls by a share of the range, an iteration late', () => {
  // 10 iterations, of which 2 hold: at iteration 3 the first, cos 0; halfway after 4 more; at last 0.1 · 0.3 + 0.24 · 0.7 = 0.198.
  const at = decayedStd({ ...range, iterations: 10, hold: 0.2 });
  expect([0, 1, 2, 3, 7, 11, 100].map(at)).toBeAllclose([0.24, 0.24, 0.24, 0.24, 0.219, 0.198, 0.198]);
});

it('falls to the smallest where all of the range is to go, and not at all where nothing is', () => {
  expect(decayedStd({ ...range, iterations: 10, decay: 0 })(100)).toBeCloseTo(0.1, 12);
  expect(decayedStd({ ...range, iterations: 10, decay: 1 })(100)).toBeCloseTo(0.24, 12);
});

it('refuses a share that is none', () => {
  expect(() => decayedStd({ ...range, iterations: 10, hold: 1.5 })).toThrow(
    'decayedStd: hold is 1.5, wanted a number in [0, 1]',
  );
});
