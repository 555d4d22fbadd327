import { expect, it } from 'vitest';

import { seldom } from './seldom.ts';

it('makes nothing anew for a while after it was made, nor while it is made', async () => {
  let [clock, made] = [0, 0];
  let takes = 10;
  const page = seldom(
    () => {
      clock += takes;
      return Promise.resolve(++made);
    },
    { now: () => clock },
  );
  expect(await Promise.all([page(), page()])).toEqual([1, 1]);
  clock = 10 + 1999;
  expect(await page()).toBe(1);
  takes = 300;
  clock = 10 + 2000;
  expect(await page()).toBe(2);
  const ended = clock;
  clock = ended + 9 * 300 - 1;
  expect(await page()).toBe(2);
  takes = 60_000;
  clock = ended + 9 * 300;
  expect(await page()).toBe(3);
  clock += 9999;
  expect(await page()).toBe(3);
  clock += 1;
  expect(await page()).toBe(4);
});

it('tries again after what failed', async () => {
  let [clock, made] = [0, 0];
  const page = seldom(() => (++made === 1 ? Promise.reject(new Error('no config')) : Promise.resolve(made)), {
    now: () => clock,
  });
  await expect(page()).rejects.toThrow('no config');
  await expect(page()).rejects.toThrow('no config');
  clock = 2000;
  expect(await page()).toBe(2);
});
