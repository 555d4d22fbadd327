import { expect, it } from 'vitest';

import { rounded } from './evaluation.ts';

it.each([
  [
    [2625.4, 31],
    ['2625', '31'],
  ],
  [
    [13.37, -0.5],
    ['13.4', '-0.5'],
  ],
  [
    [-0.1046, 0.02],
    ['-0.105', '0.020'],
  ],
  [
    [0, 0],
    ['0', '0'],
  ],
])('writes %j with three digits of the largest', (values, text) => {
  expect(rounded(...values)).toEqual(text);
});
