import { expect, it } from 'vitest';

import { twoEpisodes } from '../../test/two-episodes.ts';
import { summaryOf } from './summary.ts';
import { summaryText } from './summary-text.ts';

it('counts by hand episodes, returns and what lies where', () => {
  const { observations, actions, ...counts } = summaryOf(twoEpisodes);
  expect(counts).toEqual({ episodes: 2, steps: 4, lengths: [3, 1], returns: [6, 4], ended: 1 });
  // 0, 1, 2 and 4 in sixteen parts of [0, 4]; mean 7/4, variance (21 − 49/4)/4.
  expect(observations[0]).toMatchObject({ min: 0, max: 4, mean: 1.75, atBounds: 0.5 });
  expect(observations[0].std).toBeCloseTo(Math.sqrt(8.75 / 4), 6);
  expect(observations[0].histogram).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(observations[1]).toMatchObject({ min: 5, max: 5, std: 0 });
  expect(observations[1].histogram[0]).toBe(4);
  expect(actions[0].atBounds).toBe(0.75);
});

it('says it in lines, a dimension each', () => {
  const lines = summaryText(summaryOf(twoEpisodes), { format: 'npz' });
  expect(lines.slice(0, 2)).toEqual([
    'npz: 2 episodes, 4 steps, 1 to 3 an episode, half of them at most 3; 1 ended, 1 were cut',
    'return 5 ± 1 (4 … 6)',
  ]);
  expect(lines[3]).toBe(
    '             0          0          4       1.75      1.479     50.0 % █   █   █      █',
  );
  expect(lines).toHaveLength(2 + 3 + 2);
});
