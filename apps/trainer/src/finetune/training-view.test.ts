import { expect, it } from 'vitest';

import type { Progress } from '../output/live.ts';
import { finetuneOptions } from './finetune-options.ts';
import { trainingView } from './training-view.ts';

const row = {
  iteration: 3,
  'time/env_steps': 30,
  'time/fps': 10,
  'time/sampling': 1,
  'time/physics': 2,
  'time/update': 3,
  'rollout/ep_rew_mean': NaN,
};

/** What a run of so many seconds shows after three iterations. */
function shown(limits: object, seconds: number): Progress {
  const told: Progress[] = [];
  const live = { progress: (progress: Progress) => void told.push(progress), row: () => {} };
  const view = trainingView(live, finetuneOptions.parse(limits), () => seconds, 2);
  view.finished(row);
  view.show('evaluating');
  return told[1];
}

it('counts iterations where they are what ends the run', () => {
  expect(shown({ iterations: 4, maxMinutes: 8 }, 240)).toEqual({
    done: 3,
    total: 4,
    unit: 'iterations',
    text: 'evaluating | 10 steps/s, sampling 1.0 + physics 2.0 + update 3.0 s',
    atMost: 240,
  });
  expect(shown({ iterations: 4 }, 240)).toMatchObject({ done: 3, total: 4, atMost: Infinity });
});

it('counts minutes where their limit is nearer', () => {
  expect(shown({ iterations: 100, maxMinutes: 8 }, 243)).toMatchObject({
    done: 4,
    total: 8,
    unit: 'minutes',
    text: expect.stringMatching(/^iteration 4: evaluating/),
  });
});

it('is at its end where time is over', () => {
  expect(shown({ iterations: 100, maxMinutes: 8 }, 500)).toMatchObject({ done: 8, total: 8, atMost: 0 });
});
