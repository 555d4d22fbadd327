import fc from 'fast-check';
import { expect, it } from 'vitest';

import { checked, count, either, listOf, members, oneOf, positive, text } from './checks.ts';

const named = members<{ name: string; sizes: number[] | null }>({
  name: text(/^[a-z]{1,3}$/),
  sizes: either(listOf(count), oneOf(null)),
});

it.for([
  { name: 'a', sizes: [] },
  { name: 'abc', sizes: [0, Number.MAX_SAFE_INTEGER] },
  { name: 'a', sizes: null },
])('takes %j', (value) => {
  expect(checked('a name and sizes', value, named)).toBe(value);
});

it.for([
  null,
  'a',
  [],
  {},
  { name: 'a' },
  { name: 'a', sizes: [], more: 1 },
  { name: 'a', __proto__: { sizes: [] } },
  JSON.parse('{ "name": "a", "sizes": [], "__proto__": null }'),
  JSON.parse('{ "name": "a", "__proto__": { "sizes": [] } }'),
  { name: 'abcd', sizes: [] },
  { name: ['a'], sizes: [] },
  { name: 'a', sizes: [-1] },
  { name: 'a', sizes: [0.5] },
  { name: 'a', sizes: [2 ** 53] },
  { name: 'a', sizes: ['1'] },
  { name: 'a', sizes: { length: 0 } },
])('refuses %j', (value) => {
  expect(() => checked('a name and sizes', value, named)).toThrow('expected a name and sizes');
});

it('knows numbers above 0 from all that is none', () => {
  expect([1e-9, 1, 1e300].map(positive)).toEqual([true, true, true]);
  expect([0, -1, Infinity, NaN, '1', [1], null].map(positive)).toEqual(Array(7).fill(false));
});

it('takes no value at all for something with two members that is not an object with them', () => {
  fc.assert(fc.property(fc.anything(), (value) => !named(value)));
});
