import { ddimSpec } from './ddim-spec.ts';
import { flowSpec } from './flow-spec.ts';
import type { PolicyHead } from './policy-file.ts';
import type { PolicySpec } from './spec.ts';

/** Steps that a policy acts in, where not in its own; those that are absent leave it to the policy. */
export interface ActingSteps {
  /** Steps of DDIM that it denoises in, of a policy that was not fine-tuned. */
  readonly ddimSteps?: number | undefined;
  /** Euler steps that it acts in, of a flow that was not fine-tuned. */
  readonly denoisingSteps?: number | undefined;
}

/**
 * What a policy is where it acts in the steps that are asked for: `ddimSpec` or `flowSpec`.
 *
 * @param head - the description, and whether it is of a fine-tuned policy
 * @param steps - those that are asked for
 * @param named - what errors call one of them
 * @throws RangeError naming the one that the policy does not act in
 */
export function actingSpec(
  head: PolicyHead,
  steps: ActingSteps,
  named: (name: keyof ActingSteps) => string = (name) => `actingSpec: ${name}`,
): PolicySpec {
  const { ddimSteps, denoisingSteps } = steps;
  const spec = ddimSteps === undefined ? head.spec : ddimSpec(head, ddimSteps, named('ddimSteps'));
  return denoisingSteps === undefined
    ? spec
    : flowSpec({ ...head, spec }, denoisingSteps, named('denoisingSteps'));
}
