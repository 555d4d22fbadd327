import { expect, it } from 'vitest';

import { smallAgent, smallEnv } from '../../test/small.ts';
import { evaluate } from './evaluate.ts';

it('counts one whole episode of every environment, the same for the same seed', async () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const first = await evaluate(policy, params, smallEnv(), { seed: 5 });
  expect(first.map((episode) => episode.length)).toEqual([6, 6, 6]);
  expect(await evaluate(policy, params, smallEnv(), { seed: 5 })).toEqual(first);
  expect(await evaluate(policy, params, smallEnv(), { seed: 6 })).not.toEqual(first);
});
