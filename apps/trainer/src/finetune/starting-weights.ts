import { isDeepStrictEqual } from 'node:util';

import { type DiffusionSpec, isDiffusion, networkOf, readPolicy, withoutEta } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { etaIn } from '../policy/sampler-by.ts';
import { policyIn } from '../runs/policy-in.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** What a training begins with. */
export interface StartingWeights {
  /** what is trained, with the weights of a learned η where these go on */
  readonly params: tf.NamedTensorMap;
  /** of the denoising steps that are not trained: the same, unless a fine-tuned policy has others for those */
  readonly frozen: tf.NamedTensorMap;
}

/** The weights that a training of `spec` begins with: those of a policy, without its η where another is learned, or new ones. */
export async function startingWeights(
  { network, sampler }: DiffusionSpec,
  { policy, seed }: Pick<FinetuneOptions, 'policy' | 'seed'>,
): Promise<StartingWeights> {
  if (policy === undefined) {
    const params = networkOf(network).init(seed);
    return { params, frozen: params };
  }
  const file = await readPolicy(policyIn(policy));
  const own = withoutEta(file.params);
  const { frozen = own } = file;
  if (isDiffusion(file.spec) && isDeepStrictEqual(etaIn(file.spec.sampler), etaIn(sampler)))
    return { params: file.params, frozen };
  tf.dispose(Object.entries(file.params).flatMap(([name, weight]) => (name in own ? [] : [weight])));
  return { params: own, frozen };
}
