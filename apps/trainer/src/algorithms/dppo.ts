import { type Algorithm, type Compile, isEta, type Policy, ppo, type PpoState } from '@dppo/agent';
import { adamw, partition } from '@dppo/optim';
import { type DiffusionSpec, learnedEta, policyOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { etaTrainingOf } from '../policy/eta-training.ts';
import { criticBy } from '../policy/network-by.ts';
import { actorCritic } from './actor-critic.ts';
import { rateSchedule } from './rate-schedule.ts';
import { checkTrainable } from './trainable.ts';

/** DPPO from the weights that also run the denoising steps that are not trained, as the options of a run say. */
export function dppo(
  spec: DiffusionSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): { policy: Policy; algorithm: Algorithm<PpoState> } {
  checkTrainable(tf.getBackend(), spec.network);
  const policy = policyOf(
    { spec, params: frozen },
    {
      minStd: options.minSamplingDenoisingStd,
      logProbMinStd: options.minLogprobDenoisingStd,
      rewardHorizon: options.rewardHorizon ?? spec.task.actSteps,
    },
  );
  const { weightDecay, lrWarmupSteps: warmupSteps, lrCycleSteps: cycleSteps } = options;
  const agent = actorCritic(policy, criticBy(spec.network, options), { weightDecay, compile });
  // The schedule of what is not trained yet stands still.
  const trained = (iteration: number): number => Math.max(0, iteration - options.nCriticWarmupItr);
  const actorRate = rateSchedule({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps });
  const actorLr = (iteration: number): number => actorRate(trained(iteration));
  const criticLr = rateSchedule({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps });
  if (learnedEta(spec.sampler) === undefined)
    return { policy, algorithm: ppo(agent, { ...options, actorLr, criticLr }) };
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
    ...(minibatch % eta.etaUpdateInterval === 0 && { eta: etaLr(trained(iteration)) }),
  });
  const algorithm = ppo({ ...agent, actorOptimizer }, { ...options, actorLr: rates, criticLr });
  return { policy, algorithm };
}
