import { flatten } from '@dppo/optim';
import { type FlowSpec, isFlow, networkWeights, type PolicyFile } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { reinflowNames } from '../import/their-names.ts';
import { members } from '../runs/members.ts';
import type { SteppedFile } from './onnx-policy.ts';

/**
 * The weights as the reference names them: `network.` before fine-tuning; `actor.` and `actor_ft.` after it, the frozen
 * and the fine-tuned network; `eta.` of an η that is learned. Of a flow as ReinFlow names them.
 */
export function referenceNames({ spec, params, frozen }: SteppedFile): tf.NamedTensorMap {
  if (isFlow(spec)) return flatten(flowNames(spec.sampler, { params, ...(frozen && { frozen }) })).tensors;
  const tuned = networkWeights(params);
  const networks = frozen ? { actor: frozen, actor_ft: tuned } : { network: tuned };
  return flatten({ ...networks, eta: members(params, 'eta.') }).tensors;
}

/** Source: ReinFlow model/flow/ft_ppo/ppoflow.py:100-150 (actor_old, actor_ft); the bounds of σ are ln σ² */
function flowNames({ noise }: FlowSpec['sampler'], { params, frozen }: Omit<PolicyFile, 'spec'>) {
  if (noise === undefined) return { network: params };
  const tuned = Object.entries(params).map(([name, weight]) => [reinflowNames(name), weight] as const);
  const range = typeof noise === 'number' ? {} : { logvar_min: noise.min, logvar_max: noise.max };
  const bounds = Object.entries(range).map(
    ([name, std]) => [`explore_noise_net.${name}`, tf.scalar(2 * Math.log(std))] as const,
  );
  return {
    ...(frozen && { actor_old: networkWeights(frozen) }),
    actor_ft: Object.fromEntries([...tuned, ...bounds]),
  };
}
