import { HTTPException } from 'hono/http-exception';
import { expect, it } from 'vitest';

import { type Answer, batches } from './batches.ts';

const asked = (count: number, from = 0) => Array.from({ length: count }, (_, i) => ({ obs: [from + i] }));

/** Batches that answer an observation by its number, each when the test lets it. */
function gated(most: number) {
  const sizes: number[] = [];
  const gates: (() => void)[] = [];
  const all = batches(most, async (batch) => {
    sizes.push(batch.length);
    await new Promise<void>((resolve) => gates.push(resolve));
    return batch.map(({ obs }): Answer => (obs[0] < 0 ? 'no chunk' : Float32Array.of(obs[0])));
  });
  const next = async (): Promise<void> => {
    await expect.poll(() => gates.length).toBeGreaterThan(0);
    gates.shift()?.();
  };
  return { ...all, sizes, next };
}

it('puts what comes while a batch is computed into the next ones, at most so many, in order', async () => {
  const { ask, sizes, next, idle, waiting } = gated(4);
  const first = ask(asked(1));
  await expect.poll(() => sizes).toEqual([1]);
  const others = [ask(asked(3, 10)), ask(asked(3, 20))];
  expect(waiting()).toBe(6);
  await next();
  await next();
  await next();
  expect(await first).toEqual([Float32Array.of(0)]);
  expect((await Promise.all(others)).flat()).toEqual(
    [10, 11, 12, 20, 21, 22].map((value) => Float32Array.of(value)),
  );
  await idle();
  expect([sizes, waiting()]).toEqual([[1, 4, 2], 0]);
});

it('refuses what would make more than eight batches wait, and takes more when there is room again', async () => {
  const { ask, sizes, next } = gated(1);
  const first = ask(asked(1));
  await expect.poll(() => sizes).toEqual([1]);
  const waiting = asked(8).map((one) => ask([one]));
  const refusal = ask(asked(1)).catch((error: unknown) => error);
  expect(await refusal).toEqual(
    new HTTPException(503, {
      message: 'found 8 observations that wait, wanted at most 8: ask again later',
    }),
  );
  await next();
  await first;
  await expect.poll(() => sizes).toEqual([1, 1]);
  const later = ask(asked(1, 99));
  for (let i = 0; i < 9; i++) await next();
  await Promise.all(waiting);
  expect(await later).toEqual([Float32Array.of(99)]);
});

it('refuses the question alone that has no chunk', async () => {
  const { ask, next } = gated(4);
  const [good, bad] = [ask(asked(1)), ask(asked(1, -1)).catch((error: unknown) => error)];
  await next();
  expect(await good).toEqual([Float32Array.of(0)]);
  expect(await bad).toEqual(new HTTPException(500, { message: 'no chunk' }));
});
