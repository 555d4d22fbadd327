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
