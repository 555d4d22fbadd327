import { isDeepStrictEqual } from 'node:util';

import {
  isDiffusion,
  isFlow,
  networkOf,
  networkWeights,
  type PolicySpec,
  readPolicy,
  type SteppedSpec,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { etaIn } from '../policy/sampler-by.ts';
import { policyIn } from '../runs/policy-in.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** What a training begins with. */
export interface StartingWeights {
  /** what is trained, with the weights of a learned η or noise where these go on */
  readonly params: tf.NamedTensorMap;
  /** of the denoising steps that are not trained: the same, unless a fine-tuned policy has others for those */
  readonly frozen: tf.NamedTensorMap;
}

/** The weights that a training of `spec` begins with: those of a policy, without its η or noise where another is learned, or new ones. */
export async function startingWeights(
  spec: SteppedSpec,
  { policy, seed }: Pick<FinetuneOptions, 'policy' | 'seed'>,
): Promise<StartingWeights> {
  if (policy === undefined) {
    const params = networkOf(spec.network).init(seed);
    return { params, frozen: params };
  }
  const file = await readPolicy(policyIn(policy));
  const own = networkWeights(file.params);
  const { frozen = own } = file;
  if (isDeepStrictEqual(learnedBeside(file.spec), learnedBeside(spec)))
    return { params: file.params, frozen };
  tf.dispose(Object.entries(file.params).flatMap(([name, weight]) => (name in own ? [] : [weight])));
  return { params: own, frozen };
}

/** What is learned of a policy beside its network: its η, or its noise but for the σ that this is within. */
function learnedBeside(spec: PolicySpec): unknown {
  if (isDiffusion(spec)) return etaIn(spec.sampler);
  if (!isFlow(spec) || typeof spec.sampler.noise !== 'object') return undefined;
  const { min: _, max: __, ...network } = spec.sampler.noise;
  return network;
}
