import type { Algorithm, Compile, Policy, PpoState } from '@dppo/agent';
import { isFlow, type SteppedSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { dppo } from './dppo.ts';
import { flowPpo } from './flow-ppo.ts';
import { checkTrainable } from './trainable.ts';

/** What fine-tunes a policy from the weights that it was pre-trained to, as the options of a run say. */
export function algorithmOf(
  spec: SteppedSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): { policy: Policy; algorithm: Algorithm<PpoState> } {
  checkTrainable(tf.getBackend(), spec.network);
  return isFlow(spec) ? flowPpo(spec, frozen, options, compile) : dppo(spec, frozen, options, compile);
}
