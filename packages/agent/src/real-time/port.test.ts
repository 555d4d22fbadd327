import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';

import type { Deployed } from '../rollout/deploy.ts';
import { plannerAt, servePlans } from './port.ts';
import { realTime } from './real-time.ts';

const sizes = { obsDim: 1, condSteps: 2, horizonSteps: 3, actionDim: 1 };
const pull = { actions: [1, 2, 3], weights: [1, 0.5, 0], maxWeight: 5 };

/** Both ends of a channel with a policy at one, and its planner at the other. */
async function connected(act: Deployed['act']) {
  const { port1, port2 } = new MessageChannel();
  servePlans(port1, { ...sizes, act });
  return { planner: await plannerAt(port2), port1, port2 };
}

it('gives what the policy gives at the other end, pulled or not', async () => {
  const { planner, port2 } = await connected((obs, towards) =>
    Float32Array.of(...Array.from(obs), towards?.weights[1] ?? -1),
  );
  expect(planner).toMatchObject(sizes);
  const [free, pulled] = [planner.act(Float32Array.of(4, 5)), planner.act(Float32Array.of(6, 7), pull)];
  expect(await pulled).toEqual(Float32Array.of(6, 7, 0.5));
  expect(await free).toEqual(Float32Array.of(4, 5, -1));
  port2.close();
});

it('fails with what the policy says at the other end, and plans on', async () => {
  const { planner, port2 } = await connected((obs) => {
    if (obs[0] === 0) throw new RangeError('act: observation is [0, 0], wanted others');
    return new Float32Array(3);
  });
  await expect(planner.act(Float32Array.of(0, 0))).rejects.toThrow(
    'act: observation is [0, 0], wanted others',
  );
  await expect(planner.act(Float32Array.of(1, 0))).resolves.toHaveLength(3);
  port2.close();
});

it('fails when the other end is closed, before the policy is there, while a chunk is awaited, and after that', async () => {
  const ended = 'plannerAt: the thread at the other end of the port has ended';
  const { port1, port2 } = new MessageChannel();
  const early = plannerAt(port2);
  port1.close();
  await expect(early).rejects.toThrow(ended);

  const open = await connected(() => new Float32Array(3));
  const awaited = open.planner.act(Float32Array.of(1, 2));
  open.port1.close();
  await expect(awaited).rejects.toThrow(ended);
  await expect(open.planner.act(Float32Array.of(1, 2))).rejects.toThrow(ended);
});

it('ends the control of a robot with an error where the thread of its policy ends', async () => {
  const { planner, port1, port2 } = await connected(() => new Float32Array(3));
  const controller = realTime(planner, { controlHz: 10, actSteps: 1 });
  expect(controller.tick([0])).toBeUndefined();
  const closed = once(port2, 'close');
  port1.close();
  await closed;
  await setImmediate();
  expect(() => controller.tick([0])).toThrow('plannerAt: the thread at the other end of the port has ended');
});
