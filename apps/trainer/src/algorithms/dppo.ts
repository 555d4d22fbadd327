import { type Compile, isEta } from '@dppo/agent';
import { adamw, partition } from '@dppo/optim';
import { type DiffusionSpec, learnedEta, policyOf } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { etaTrainingOf } from '../policy/eta-training.ts';
import { criticBy } from '../policy/network-by.ts';
import { actorCritic, type Learning } from './actor-critic.ts';
import { ratesOf, rateSchedule, trainedOf } from './rate-schedule.ts';

/** What learns by DPPO from the weights that also run the denoising steps that are not trained, as the options of a run say. */
export function dppo(
  spec: DiffusionSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): Learning {
  const policy = policyOf(
    { spec, params: frozen },
    {
      minStd: options.minSamplingDenoisingStd,
      logProbMinStd: options.minLogprobDenoisingStd,
      rewardHorizon: options.rewardHorizon ?? spec.task.actSteps,
    },
  );
  const { weightDecay } = options;
  const agent = actorCritic(policy, criticBy(spec.network, options), { weightDecay, compile });
  const { actorLr, criticLr } = ratesOf(options);
  if (learnedEta(spec.sampler) === undefined) return { agent, told: { ...options, actorLr, criticLr } };
  const { etaLr: max, etaMinLr: min, ...eta } = etaTrainingOf(options);
  const etaLr = rateSchedule({
    max,
    min,
    warmupSteps: eta.etaLrWarmupSteps,
    cycleSteps: eta.etaLrCycleSteps,
  });
  const actorOptimizer = partition(
    { actor: adamw({ weightDecay }), eta: adamw({ weightDecay: eta.etaWeightDecay }) },
    (name) => (isEta(name) ? 'eta' : 'actor'),
  );
  const rates = (iteration: number, minibatch: number) => ({
    actor: actorLr(iteration),
    ...(minibatch % eta.etaUpdateInterval === 0 && { eta: etaLr(trainedOf(iteration, options)) }),
  });
  return { agent: { ...agent, actorOptimizer }, told: { ...options, actorLr: rates, criticLr } };
}
