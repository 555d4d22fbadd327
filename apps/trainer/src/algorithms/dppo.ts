import { type Algorithm, type Compile, type Policy, ppo, type PpoState } from '@dppo/agent';
import { type DiffusionSpec, policyOf } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { actorCritic } from './actor-critic.ts';
import { rateSchedule } from './rate-schedule.ts';

/** DPPO from the weights that also run the denoising steps that are not trained, as the options of a run say. */
export function dppo(
  spec: DiffusionSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): { policy: Policy; algorithm: Algorithm<PpoState> } {
  const policy = policyOf(
    { spec, params: frozen },
    {
      minStd: options.minSamplingDenoisingStd,
      logProbMinStd: options.minLogprobDenoisingStd,
      rewardHorizon: options.rewardHorizon ?? spec.task.actSteps,
    },
  );
  const { weightDecay, lrWarmupSteps: warmupSteps, lrCycleSteps: cycleSteps } = options;
  const algorithm = ppo(actorCritic(spec, policy, { weightDecay, compile }), {
    ...options,
    actorLr: rateSchedule({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps }),
    criticLr: rateSchedule({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps }),
  });
  return { policy, algorithm };
}
