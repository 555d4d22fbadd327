import type * as tf from '@tensorflow/tfjs';

import type { PolicySpec } from './spec.ts';

/** A policy as it is kept: its description and its weights. */
export interface PolicyFile {
  /** What the policy is. */
  readonly spec: PolicySpec;
  /** θ, the weights. */
  readonly params: tf.NamedTensorMap;
  /** θ₀ of a fine-tuned diffusion policy: the weights that run the denoising steps before the fine-tuned ones. */
  readonly frozen?: tf.NamedTensorMap;
}

/** What a policy's file says before its weights. */
export interface PolicyHead {
  /** What the policy is. */
  readonly spec: PolicySpec;
  /** Whether the file keeps the weights that a fine-tuned policy started from. */
  readonly fineTuned: boolean;
}
