import { z } from 'zod';

import { decayWithin } from '../algorithms/ppo-options.ts';
import { atMost, lessThan, type Relation } from '../options/relation.ts';
import { count, counted, positive, weight } from '../options/shared-options.ts';

/** How a flow draws the times that it learns at. */
export const flowTimes = z
  .enum(['uniform', 'beta', 'logit-normal'])
  .optional()
  .describe('flow: how the times are drawn that it learns at [default: uniform]');

/** How chunks are cloned. */
export const cloning = {
  epochs: count.default(100).describe('passes over the data'),
  saveEvery: count.default(10).describe('epochs between two checkpoints'),
  batchSize: count.default(128).describe('chunks per optimizer step, all of data that have fewer'),
  lr: positive.default(1e-3).describe('learning rate'),
  minLr: positive.default(1e-4).describe('learning rate at the end'),
  lrWarmupSteps: counted.default(1).describe('epochs over which the learning rate rises'),
  weightDecay: weight.default(1e-6).describe('decoupled weight decay of AdamW'),
  emaDecay: z
    .number()
    .min(0)
    .max(0.999_999, 'wanted at most 0.999999, closer to 1 the average never moves in float32')
    .default(0.995)
    .describe('decay of the moving average of the weights'),
  updateEmaFreq: count.default(10).describe('optimizer steps between two updates of the average'),
  epochStartEma: count.default(20).describe('the average is a copy of the weights up to this epoch'),
};

/** What bounds what in them. */
export const cloningRelations: readonly Relation[] = [
  atMost('minLr', 'lr', 'nothing learns faster than it is asked to', { instead: (lr) => lr }),
  lessThan('lrWarmupSteps', 'epochs', 'the rate rises and then falls', {
    instead: (epochs) => epochs - 1,
  }),
  decayWithin('lr'),
];

/** Options of cloning. */
export type CloningOptions = {
  readonly [Name in keyof typeof cloning]: z.output<(typeof cloning)[Name]>;
};
