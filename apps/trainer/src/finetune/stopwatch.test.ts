import { vectorize } from '@dppo/env';
import { hopper } from '@dppo/mujoco';
import { expect, it } from 'vitest';

import { stopwatch } from './stopwatch.ts';

/** A clock that is a second on at each look. */
function clock(): () => number {
  let time = 0;
  return () => ++time;
}

it('splits the time of an iteration into its three phases', async () => {
  const robot = await hopper();
  const env = vectorize(() => robot, 1);
  const steps: number[] = [];
  const watch = stopwatch(env, (taken) => steps.push(taken), clock());
  await watch.env.reset(1);
  watch.start(); // begins and has its last step at 5 and 6
  await watch.env.step(new Float32Array(3)); // from 7 to 8
  await watch.env.step(new Float32Array(3)); // from 9 to 10
  // Ends at 11: 2 steps in 6 seconds, of which 2 were the robot's and 1 came after the last step.
  const phases = watch.phases();
  expect(phases).toEqual({ 'time/sampling': 3, 'time/physics': 2, 'time/update': 1, 'time/fps': 2 / 6 });
  expect(steps).toEqual([1, 2]);
  watch.start();
  await watch.env.step(new Float32Array(3));
  expect(steps).toEqual([1, 2, 1]);
  await watch.env.close();
});

it('changes nothing about the environments', async () => {
  const [robot, same] = await Promise.all([hopper(), hopper()]);
  const [env, timed] = [
    vectorize(() => robot, 1),
    stopwatch(
      vectorize(() => same, 1),
      () => {},
    ).env,
  ];
  expect(await timed.reset(3)).toEqual(await env.reset(3));
  const action = Float32Array.of(0.5, -0.5, 1);
  expect(await timed.step(action)).toEqual(await env.step(action));
  expect([timed.count, timed.obsShape, timed.actionShape]).toEqual([
    env.count,
    env.obsShape,
    env.actionShape,
  ]);
});
