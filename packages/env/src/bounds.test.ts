import { expect, it } from 'vitest';

import { checkBounds } from './bounds.ts';
import { normalize } from './normalize.ts';
import { pointMass } from './point-mass.ts';

const bounds = { obsMin: [-4, -1], obsMax: [2, 3], actionMin: [0], actionMax: [5] };
const sizes = { obsDim: 2, actionDim: 1 };

it('takes bounds that fit, also a range without width', () => {
  expect(() => checkBounds('deploy', { ...bounds, actionMax: [0] }, sizes)).not.toThrow();
});

it.each([
  [{ obsMin: [0] }, 'obsMin has 1 numbers, wanted 2'],
  [{ obsMax: [2, NaN] }, 'obsMax[1] is NaN, wanted a finite number of float32'],
  [{ actionMin: [-Infinity] }, 'actionMin[0] is -Infinity, wanted a finite number of float32'],
  [{ actionMax: [1e39] }, 'actionMax[0] is 1e+39, wanted a finite number of float32'],
  [{ actionMin: [6] }, 'actionMin[0] is 6, wanted at most actionMax[0], 5'],
])('refuses %o, by the name of the function', (changed, message) => {
  const all = { ...bounds, ...changed };
  expect(() => checkBounds('deploy', all, sizes)).toThrow(new RangeError(`deploy: ${message}`));
  expect(() => normalize(pointMass(), all)).toThrow(new RangeError(`normalize: ${message}`));
});
