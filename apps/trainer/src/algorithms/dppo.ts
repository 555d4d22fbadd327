import { type Algorithm, type Compile, type Policy, ppo, type PpoState } from '@dppo/agent';
import { cosineWarmup } from '@dppo/optim';
import { type DiffusionSpec, policyOf } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../commands/finetune.ts';
import { actorCritic } from './actor-critic.ts';

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
    actorLr: cosineWarmup({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps }),
    criticLr: cosineWarmup({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps }),
  });
  return { policy, algorithm };
}
