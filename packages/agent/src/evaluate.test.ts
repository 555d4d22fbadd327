import { expect, it } from 'vitest';

import { smallAgent, smallEnv } from '../test/small.ts';
import { evaluate } from './evaluate.ts';

it('counts one whole episode of every environment, the same for the same seed', async () => {
  const { agent, start } = smallAgent();
  const first = await evaluate(agent.policy, start.actor, smallEnv(), { seed: 5, actSteps: 2 });
  expect(first.map((episode) => episode.length)).toEqual([6, 6, 6]);
  expect(await evaluate(agent.policy, start.actor, smallEnv(), { seed: 5, actSteps: 2 })).toEqual(first);
  expect(await evaluate(agent.policy, start.actor, smallEnv(), { seed: 6, actSteps: 2 })).not.toEqual(first);
});
