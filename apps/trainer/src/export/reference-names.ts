import { flatten } from '@dppo/optim';
import { networkWeights } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { members } from '../runs/members.ts';
import type { DiffusionFile } from './onnx-policy.ts';

/**
 * The weights as the reference names them: `network.` before fine-tuning; `actor.` and `actor_ft.` after it, the frozen
 * and the fine-tuned network; `eta.` of an η that is learned.
 */
export function referenceNames({ params, frozen }: DiffusionFile): tf.NamedTensorMap {
  const tuned = networkWeights(params);
  const networks = frozen ? { actor: frozen, actor_ft: tuned } : { network: tuned };
  return flatten({ ...networks, eta: members(params, 'eta.') }).tensors;
}
