import type { Rollout } from '@dppo/agent';
import { expect, it } from 'vitest';

import { smallAvoid } from '../../test/small-policies.ts';
import { wholeEpisodes } from './episodes.ts';

const spec = {
  ...smallAvoid,
  network: { ...smallAvoid.network, obsDim: 1, actionDim: 1 },
  bounds: { obsMin: [-1], obsMax: [1], actionMin: [-2], actionMax: [2] },
};

/** A step of each of two environments: what it earned, and whether it ended the episode. */
function rollout(...steps: readonly (readonly [number, boolean])[][]): Rollout {
  const rows = steps.flat();
  const column = (of: (row: readonly [number, boolean]) => number) => ({
    shape: [],
    data: Float32Array.from(rows, of),
  });
  return {
    count: 2,
    envSteps: rows.length,
    episodes: [],
    table: {
      'obs.state': column(() => 0.5),
      action: column(() => 3),
      reward: column(([reward]) => reward),
      terminated: column(([, ended]) => Number(ended)),
      truncated: column(() => 0),
    },
  };
}

it('plays in each environment whole episodes up to so many steps, and takes them in turn', () => {
  const episodes = wholeEpisodes(spec, { count: 2, steps: 3 });
  episodes.add(
    rollout(
      [
        [1, true],
        [10, false],
      ],
      [
        [2, false],
        [11, false],
      ],
    ),
  );
  expect(episodes.complete()).toBe(false);
  expect(episodes.played()).toBe(1);
  // The first environment has three steps after its second episode; what it plays then counts no more.
  episodes.add(
    rollout(
      [
        [3, true],
        [12, false],
      ],
      [
        [4, true],
        [13, true],
      ],
    ),
  );
  expect(episodes.complete()).toBe(true);
  expect(episodes.inTurn().map(({ rewards }) => rewards)).toEqual([[1], [10, 11, 12, 13], [2, 3]]);
  const [{ obs, actions, terminal }] = episodes.inTurn();
  expect([obs[0], terminal]).toEqual([expect.closeTo(0.5, 5), true]);
  // The robot takes no more than its range.
  expect(actions).toEqual([expect.closeTo(2, 5)]);
});

it('records the latest of several observations and the first of several actions', () => {
  const episodes = wholeEpisodes(spec, { count: 1, steps: 1 });
  const table = {
    'obs.state': { shape: [2, 1], data: Float32Array.of(0.1, 0.2, 0.2, 0.3) },
    action: { shape: [3, 1], data: Float32Array.of(0.5, 9, 9, 0.25, 9, 9) },
    reward: { shape: [], data: Float32Array.of(1, 1) },
    terminated: { shape: [], data: Float32Array.of(0, 1) },
    truncated: { shape: [], data: Float32Array.of(0, 0) },
  };
  episodes.add({ count: 1, envSteps: 2, episodes: [], table });
  const [{ obs, actions }] = episodes.inTurn();
  expect([...obs].map((each) => each.toFixed(3))).toEqual(['0.200', '0.300']);
  expect([...actions]).toEqual([1, 0.5]);
});
