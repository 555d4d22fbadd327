import { z } from 'zod';

import { decayWithin } from '../algorithms/ppo-options.ts';
import { given } from '../options/given.ts';
import { atMost, bounded, lessThan, related } from '../options/relation.ts';
import { count, counted, positive, weight } from '../options/shared-options.ts';

/** How a learned η is trained; the reference's names. */
export const etaTraining = {
  etaLr: positive.optional().describe('learning rate of η [default: 1e-4]'),
  etaMinLr: positive.optional().describe('learning rate of η at the end of a cycle [default: etaLr]'),
  etaWeightDecay: weight.optional().describe('decoupled weight decay of η [default: 0]'),
  etaUpdateInterval: count
    .optional()
    .describe('minibatches of an epoch from one step of η to the next [default: 1]'),
  etaLrWarmupSteps: counted
    .optional()
    .describe('iterations over which the learning rate of η rises [default: lrWarmupSteps]'),
  etaLrCycleSteps: count
    .optional()
    .describe('iterations from one warm-up of η to the next [default: lrCycleSteps]'),
};

const training = bounded(z.strictObject(etaTraining), [
  atMost('etaMinLr', 'etaLr', 'nothing learns faster than it is asked to'),
  lessThan('etaLrWarmupSteps', 'etaLrCycleSteps', 'the rate rises and then falls within a cycle'),
  decayWithin('etaLr', 'etaWeightDecay'),
]);

type EtaTraining = {
  readonly [Name in keyof typeof etaTraining]: Exclude<z.output<(typeof etaTraining)[Name]>, undefined>;
};

/**
 * The options with what they leave open.
 *
 * @throws Error naming one that is beyond what another allows
 */
export function etaTrainingOf(
  options: { readonly [Name in keyof EtaTraining]?: EtaTraining[Name] | undefined } & {
    readonly lrWarmupSteps: number;
    readonly lrCycleSteps: number;
  },
): EtaTraining {
  const { etaLr = 1e-4, etaMinLr = etaLr, etaWeightDecay = 0, etaUpdateInterval = 1 } = options;
  const { etaLrWarmupSteps = options.lrWarmupSteps, etaLrCycleSteps = options.lrCycleSteps } = options;
  const all = { etaLr, etaMinLr, etaWeightDecay, etaUpdateInterval, etaLrWarmupSteps, etaLrCycleSteps };
  return related(training, all, given(options));
}
