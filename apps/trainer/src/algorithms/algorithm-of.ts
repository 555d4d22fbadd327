import {
  type ActorCritic,
  type Algorithm,
  type Compile,
  type Gradients,
  localGradients,
  type Policy,
  ppo,
  type PpoState,
} from '@dppo/agent';
import { isFlow, type SteppedSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import type { Learning } from './actor-critic.ts';
import { dppo } from './dppo.ts';
import { flowPpo } from './flow-ppo.ts';
import { checkTrainable } from './trainable.ts';

/** What fine-tunes a policy, whole and in what it is made of. */
export interface Training extends Learning {
  readonly policy: Policy;
  /** With what computes its gradients in this process. */
  readonly agent: ActorCritic & { readonly gradients: Gradients };
  readonly algorithm: Algorithm<PpoState>;
}

/** What fine-tunes a policy from the weights that it was pre-trained to, as the options of a run say. */
export function algorithmOf(
  spec: SteppedSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
  compile: Compile,
): Training {
  checkTrainable(tf.getBackend(), spec.network);
  const { agent, told } = isFlow(spec)
    ? flowPpo(spec, frozen, options, compile)
    : dppo(spec, frozen, options, compile);
  const whole = { ...agent, gradients: localGradients(agent, told) };
  return { policy: agent.policy, agent: whole, told, algorithm: ppo(whole, told) };
}
