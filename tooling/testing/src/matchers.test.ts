import { expect, it } from 'vitest';

it('records the largest error of a test, in absolute value and in parts of its tolerance', ({ task }) => {
  expect([1, 2, 3]).toBeAllclose([1, 2.25, 3], { atol: 0.5, rtol: 0 });
  expect([100]).toBeAllclose([96], { atol: 0, rtol: 0.5 });
  expect(task.meta.largestError).toEqual({ absolute: 4, relative: 0.5 });
});

it.each([
  [[1.2], [1]],
  [[NaN], [1]],
  [[1], [NaN]],
  [[1], [Infinity]],
  [[-Infinity], [Infinity]],
  [[1, 1], [1]],
])('finds %o not close to %o', (received, expected) => {
  expect(() => expect(received).toBeAllclose(expected, { atol: 0.1, rtol: 0 })).toThrow(/expected/);
});

it.each([[[NaN]], [[-Infinity]], [[]]])('finds %o close to itself even without a tolerance', (values) => {
  expect(values).toBeAllclose([...values], { atol: 0, rtol: 0 });
});
