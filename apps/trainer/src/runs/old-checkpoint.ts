import type { Flat } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Where checkpoints of before 2026-11-29 kept the states of the two optimizers. */
const renamed = [
  ['actorExpAvgSq', 'actorOptimizer.expAvgSq'],
  ['actorExpAvg', 'actorOptimizer.expAvg'],
  ['actorSteps', 'actorOptimizer.steps'],
  ['criticExpAvgSq', 'criticOptimizer.expAvgSq'],
  ['criticExpAvg', 'criticOptimizer.expAvg'],
  ['criticSteps', 'criticOptimizer.steps'],
] as const;

const counters = z.strictObject({
  iteration: z.number(),
  envSteps: z.number(),
  actorLrScale: z.number(),
  rewardScale: z.strictObject({
    returns: z.array(z.number()),
    mean: z.number(),
    variance: z.number(),
    count: z.number(),
  }),
});

/** The state of a training as a checkpoint of before 2026-11-29 has it, in the form of today. */
export function upgraded(tensors: tf.NamedTensorMap, training: unknown): Flat {
  const moments = { expAvg: {}, expAvgSq: {}, steps: {} };
  const named = Object.entries(tensors).map(([name, tensor]) => {
    const [old, now] = renamed.find(([prefix]) => name.startsWith(`${prefix}.`)) ?? ['', ''];
    return [`${now}${name.slice(old.length)}`, tensor];
  });
  return {
    tensors: Object.fromEntries(named),
    rest: {
      ...counters.parse(training),
      actor: {},
      critic: {},
      frozen: {},
      actorOptimizer: moments,
      criticOptimizer: moments,
    },
  };
}
