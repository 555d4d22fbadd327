import type { PolicyFile } from '@dppo/policy';
import { ddimSpec, type PolicyHead, type PolicySpec } from '@dppo/policy/head';

/**
 * What a policy is, with `ddimSteps` of DDIM in place of its own sampler where that is asked for.
 *
 * @throws RangeError naming the option where the policy does not act in so many steps
 */
export function actingSpec(head: PolicyHead, ddimSteps: number | undefined): PolicySpec {
  return ddimSteps === undefined ? head.spec : ddimSpec(head, ddimSteps, '--ddim-steps');
}

/** The policy of a file as {@link actingSpec} has it. */
export function acting(file: PolicyFile, ddimSteps: number | undefined): PolicyFile {
  const head = { spec: file.spec, fineTuned: file.frozen !== undefined };
  return { ...file, spec: actingSpec(head, ddimSteps) };
}
