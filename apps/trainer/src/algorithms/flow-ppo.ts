import { type Compile, decayedStd } from '@dppo/agent';
import { flowPolicyOf, type FlowSpec } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { given } from '../options/given.ts';
import { criticBy } from '../policy/network-by.ts';
import { actorCritic, type Learning } from './actor-critic.ts';
import { ratesOf } from './rate-schedule.ts';

/** What learns by PPO of a flow's whole paths, ReinFlow, from the weights that it was pre-trained to, as the options of a run say. */
export function flowPpo(
  spec: FlowSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): Learning {
  const { minLogProb, maxLogProb, bcLossType: imitation } = options;
  const maxNoise = maxNoiseOf(spec.sampler, options);
  const policy = flowPolicyOf(
    { spec, params: frozen },
    given({ minLogProb, maxLogProb, imitation, maxNoise }),
  );
  const { weightDecay } = options;
  const agent = actorCritic(policy, criticBy(spec.network, options), { weightDecay, compile });
  return { agent, told: { ...options, ...ratesOf(options) } };
}

/** Largest σ of a learned noise by finished iterations. */
function maxNoiseOf(
  { noise }: FlowSpec['sampler'],
  { maxNoiseHoldRatio: hold, maxNoiseDecayRatio: decay, iterations }: FinetuneOptions,
): ((iteration: number) => number) | undefined {
  if (typeof noise !== 'object') return undefined;
  const { min, max } = noise;
  return decayedStd({ min, max, iterations, ...given({ hold, decay }) });
}
