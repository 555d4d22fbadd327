import { expect, it } from 'vitest';

import { sha256 } from './sha256.ts';

const abc = ['a', '', 'bc'].map((part) => new TextEncoder().encode(part));

it('is that of FIPS 180-2, example B.1, whatever computes it', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256(abc)).toBe(expected);
  expect(sha256(abc, null)).toBe(expected);
});
