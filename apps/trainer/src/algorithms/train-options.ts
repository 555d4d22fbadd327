import type { TrainOptions } from '@dppo/agent';
import { cosineWarmup } from '@dppo/optim';

import type { FinetuneOptions } from '../commands/finetune.ts';

/** The options of a run as training takes them. */
export function trainOptions(
  options: FinetuneOptions,
  { actSteps, signal }: Pick<TrainOptions, 'actSteps' | 'signal'>,
): TrainOptions {
  const { lrWarmupSteps: warmupSteps, lrCycleSteps: cycleSteps } = options;
  return {
    ...options,
    actSteps,
    signal,
    clipVlossCoef: options.clipVlossCoef,
    targetKl: options.targetKl,
    maxGradNorm: options.maxGradNorm,
    rewardHorizon: options.rewardHorizon ?? actSteps,
    // Where a run can be gone on with, its episodes begin anew: so it makes no difference whether it was.
    resetEvery: options.resetAtIteration ? 1 : options.saveEvery,
    actorLr: cosineWarmup({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps }),
    criticLr: cosineWarmup({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps }),
  };
}
