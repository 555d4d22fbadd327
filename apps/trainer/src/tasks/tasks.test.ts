import { normalize, uniform } from '@dppo/env';
import { expect, it } from 'vitest';

import { namedTask, taskNames } from './tasks.ts';

it.each(taskNames)('%s has the sizes of its environment', async (name) => {
  const { make, obsDim, actionDim, bounds } = namedTask(name);
  const env = await make(0);
  expect(env.obsShape).toEqual([obsDim]);
  expect(env.actionShape).toEqual([actionDim]);
  for (const [low, high, dim] of [
    [bounds.obsMin, bounds.obsMax, obsDim],
    [bounds.actionMin, bounds.actionMax, actionDim],
  ] as const) {
    expect(low).toHaveLength(dim);
    expect(high).toHaveLength(dim);
    expect(high.every((value, i) => value > low[i])).toBe(true);
  }
});

it.each(taskNames)('%s is observed within its nominal ranges, mostly', async (name) => {
  const { make, actionDim, bounds } = namedTask(name);
  const env = normalize(await make(0), bounds);
  const random = uniform(1);
  const seen: number[] = [];
  for (let episode = 0; episode < 5; episode++) {
    seen.push(...env.reset(episode));
    for (let t = 0; t < 40; t++) {
      const { obs, terminated } = env.step(Float32Array.from({ length: actionDim }, random));
      seen.push(...obs);
      if (terminated) break;
    }
  }
  // What a training says is healthy: less than a fifth beyond ±1.5. Ranges of another order of the numbers would be seen here.
  expect(seen.filter((value) => Math.abs(value) > 1.5).length / seen.length).toBeLessThan(0.2);
  expect(seen.some((value) => Math.abs(value) > 0.5)).toBe(true);
});
