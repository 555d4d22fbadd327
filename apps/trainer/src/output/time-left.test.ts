import fc from 'fast-check';
import { expect, it } from 'vitest';

import { timeLeft } from './time-left.ts';

it('is what the units to come take at the speed so far, less what has passed since the last one', () => {
  let time = 100;
  const left = timeLeft(() => time);
  expect(left(5, 10)).toBeNaN(); // goes on from 5: nothing is known yet
  time = 108;
  expect(left(7, 10)).toBe(12); // 4 s each, 3 to come
  time = 109;
  expect(left(7, 10)).toBe(11);
  time = 200;
  expect(left(7, 10)).toBe(0);
});

it('is the rest of the time, at a constant speed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 100 }), (total, seconds) => {
      let time = 0;
      const left = timeLeft(() => time);
      left(0, total);
      for (let done = 1; done <= total; done++) {
        time = done * seconds;
        expect(left(done, total)).toBeCloseTo((total - done) * seconds, 6);
      }
    }),
  );
});
