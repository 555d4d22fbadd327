import { expect, it } from 'vitest';

import { can, lift, square, transport } from './index.ts';

it.each([
  { task: lift, given: { reward: 'dense' }, reason: 'lift: reward is dense, wanted sparse or shaped' },
  { task: can, given: { reward: 'dense' }, reason: 'can: reward is dense, wanted sparse or shaped' },
  { task: can, given: { objects: 'all' }, reason: 'can: objects is all, wanted slim or full' },
  { task: square, given: { reward: 1 }, reason: 'square: reward is 1, wanted sparse or shaped' },
  { task: square, given: { objects: 'none' }, reason: 'square: objects is none, wanted slim or full' },
  { task: transport, given: { reward: 'shaped' }, reason: 'transport: reward is shaped, wanted sparse' },
])('refuses of untyped options: $reason', ({ task, given, reason }) => {
  const options: object = given;
  expect(() => task(options)).toThrow(new RangeError(reason));
});
