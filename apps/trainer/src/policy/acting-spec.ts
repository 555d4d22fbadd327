import type { PolicyFile } from '@dppo/policy';
import { ddimSpec, flowSpec, type PolicyHead, type PolicySpec } from '@dppo/policy/head';

import type { ActingSteps } from './acting-options.ts';

/**
 * What a policy is, with so many steps of DDIM in place of its own sampler, or so many Euler steps of a flow, where that is asked for.
 *
 * @throws RangeError naming the option where the policy does not act in so many steps
 */
export function actingSpec(head: PolicyHead, { ddimSteps, denoisingSteps }: ActingSteps): PolicySpec {
  const spec = ddimSteps === undefined ? head.spec : ddimSpec(head, ddimSteps, '--ddim-steps');
  return denoisingSteps === undefined
    ? spec
    : flowSpec({ ...head, spec }, denoisingSteps, '--denoising-steps');
}

/** The policy of a file as {@link actingSpec} has it. */
export function acting(file: PolicyFile, steps: ActingSteps): PolicyFile {
  const head = { spec: file.spec, fineTuned: file.frozen !== undefined };
  return { ...file, spec: actingSpec(head, steps) };
}
