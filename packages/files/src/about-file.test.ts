import { expect, it } from 'vitest';

import { aboutFile } from './about-file.ts';

it('names the file before what is wrong with it, and tells a long story short', () => {
  expect(aboutFile('a.npz', new RangeError('is empty')).message).toBe('a.npz: is empty');
  expect(aboutFile('a.npz', 'x'.repeat(10_000)).message).toBe(`a.npz: ${'x'.repeat(1000)} …`);
});
