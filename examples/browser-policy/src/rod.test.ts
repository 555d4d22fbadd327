import { expect, it } from 'vitest';

import { rod } from './rod.ts';

const bounds = { obsMin: [0, 0, 0, 0], obsMax: [1, 1, 1, 1], actionMin: [0, -0.01], actionMax: [0.02, 0.01] };

it('draws the path of a chunk from the desired position, in metres', () => {
  const moving = rod(bounds);
  // −1 is the least of an axis, 0 the middle: steps of (0, 0.01) and (0.01, −0.01) from (0.525, −0.28).
  const path = moving.path([
    [-1, 1],
    [0, -1],
  ]);
  expect(path.flat()).toBeAllclose([0.525, -0.28, 0.525, -0.27, 0.535, -0.28], { atol: 1e-9, rtol: 0 });
  moving.move([-1, 1]);
  expect(moving.path([])).toEqual([path[1]]);
});

it.each([
  { name: 'past the finish', action: [-0.65, 1], steps: 72, outcome: 'arrives' },
  {
    name: 'that has not come there, in chunks of eight',
    action: [-1, -1],
    steps: 136,
    outcome: 'does not arrive',
  },
  { name: 'beside the field', action: [0, 1], steps: 72, outcome: 'does not arrive' },
  { name: 'through an obstacle', action: [-1, 1], steps: 72, outcome: 'touches an obstacle' },
])('is done with a rod $name', ({ action, steps, outcome }) => {
  const moving = rod(bounds);
  let taken = 0;
  while (moving.outcome() === undefined && taken < 200) {
    for (let i = 0; i < 8; i++) moving.move(action);
    taken += 8;
  }
  expect(taken).toBe(steps);
  expect(moving.outcome()).toBe(outcome);
});
