import type { PolicyFile } from '@dppo/policy';
import { actingSpec as specOf, type ActingSteps, type PolicyHead, type PolicySpec } from '@dppo/policy/head';

import { kebab } from '../options/option-layers.ts';

/**
 * What a policy is, with the steps that the options ask for in place of its own.
 *
 * @throws RangeError naming the option where the policy does not act in so many steps
 */
export function actingSpec(head: PolicyHead, steps: ActingSteps): PolicySpec {
  return specOf(head, steps, (name) => `--${kebab(name)}`);
}

/** The policy of a file as {@link actingSpec} has it. */
export function acting(file: PolicyFile, steps: ActingSteps): PolicyFile {
  const head = { spec: file.spec, fineTuned: file.frozen !== undefined };
  return { ...file, spec: actingSpec(head, steps) };
}
