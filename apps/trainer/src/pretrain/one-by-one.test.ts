import { begin, collect, type Table } from '@dppo/agent';
import { type Env, multiStep, timeLimit, vectorize } from '@dppo/env';
import { expect, it } from 'vitest';

import { oneByOne } from './one-by-one.ts';

/** Counts its steps, and earns what it is told. */
function counter(): Env {
  let steps = 0;
  const obs = (): Float32Array => Float32Array.of(steps);
  return {
    obsShape: [1],
    actionShape: [1],
    reset: () => ((steps = 0), obs()),
    step: ([action]) => (steps++, { obs: obs(), reward: action, terminated: false, truncated: false }),
  };
}

/** Three actions of which each says by what it was chosen, and which it is. */
function chunk({ 'obs.state': { data } }: Table) {
  const actions = Array.from(data, (seen) => [0, 1, 2].map((i) => 10 * seen + i));
  return { action: { shape: [3, 1], data: Float32Array.from(actions.flat()) } };
}

it.each([
  [1, [0, 10, 20, 30, 40, 0, 10, 20]],
  // The chunk of the fourth step ends with the episode.
  [2, [0, 1, 20, 21, 40, 0, 1, 20]],
])('executes %d actions of each chunk, and begins an episode with a new one', async (actSteps, rewards) => {
  const limits = [5, 100];
  const env = vectorize((n) => multiStep(timeLimit(counter(), limits[n])), limits.length);
  const { act, env: acted } = oneByOne(env, chunk, actSteps);
  const { rollout } = await collect(act, acted, await begin(acted), { steps: 8 });
  const earned = Array.from(rollout.table['reward'].data).filter((_, row) => row % limits.length === 0);
  expect(earned).toEqual(rewards);
});

it('earns what the environments do that take whole chunks', async () => {
  const alone = vectorize(() => multiStep(timeLimit(counter(), 5)), 1);
  const whole = vectorize(() => multiStep(timeLimit(counter(), 5), { actSteps: 3 }), 1);
  const { act, env } = oneByOne(alone, chunk, 3);
  const [one, other] = [
    await collect(act, env, await begin(env), { steps: 10 }),
    await collect(chunk, whole, await begin(whole), { steps: 4 }),
  ];
  expect(one.rollout.episodes).toHaveLength(2);
  expect(one.rollout.episodes).toEqual(other.rollout.episodes);
});
