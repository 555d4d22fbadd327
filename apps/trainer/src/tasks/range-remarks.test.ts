import { expect, it } from 'vitest';

import { outlierRemarks, rangeRemarks } from './range-remarks.ts';

const bounds = { obsMin: [0, 5, -1], obsMax: [1, 5, -1 + 1e-7], actionMin: [-1, 0.3], actionMax: [1, 0.3] };

it('says which dimensions have no range', () => {
  expect(rangeRemarks(bounds)).toEqual([
    'observations never vary in dimension 1, 2 of the ranges: it is not scaled, but seen as x − min − 1',
    'actions never vary in dimension 1 of the ranges: a policy made with them never moves it',
  ]);
});

it('says nothing of ranges that vary, however little, and of values spread over them', () => {
  expect(rangeRemarks({ obsMin: [0], obsMax: [2e-6], actionMin: [-1], actionMax: [1] })).toEqual([]);
  const rows = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i));
  expect(outlierRemarks('observations', rows, 2)).toEqual([]);
});

it('says which dimension one outlier decides, of data that are enough to tell', () => {
  const rows = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i));
  rows[201] = 1e4;
  expect(outlierRemarks('observations', rows, 2)).toEqual([
    'observations: 99 % of dimension 1 lie within 0.02 % of its range, which a few outliers decide',
  ]);
  expect(outlierRemarks('observations', rows.slice(200, 210), 2)).toEqual([]);
});
