import { expect, it } from 'vitest';

import { outdated, withSizes } from './sizes.ts';

const table = `
| package                         | kB            |
| ------------------------------- | ------------- |
| [@dppo/rl](packages/rl)         | 22 / 85       |
| [@dppo/trainer](apps/trainer)   | 6,079 / 6,675 |
| [@dppo/other](packages/other)   | 1 / 2         |
`;
const sizes = new Map([
  ['@dppo/rl', { packed: 24_300, unpacked: 84_600 }],
  ['@dppo/trainer', { packed: 7_000_400, unpacked: 7_600_000 }],
]);

it('writes kilobytes into the rows of the packages that it has sizes of, and nothing else', () => {
  expect(withSizes(table, sizes)).toBe(
    table.replace('22 / 85 ', '24 / 85 ').replace('6,079 / 6,675', '7,000 / 7,600'),
  );
});

it('finds a package whose size is more than a tenth off, and one without a row', () => {
  const made = new Map([...sizes, ['@dppo/new', { packed: 5000, unpacked: 9000 }]]);
  expect(outdated(table, made).map((line) => line.split(':')[0])).toEqual(['@dppo/trainer', '@dppo/new']);
  expect(outdated(withSizes(table, sizes), sizes)).toEqual([]);
});
