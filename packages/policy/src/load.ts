import { compiled, type Compile, deploy, type Deployed } from '@dppo/agent';

import { actingSpec } from './acting-spec.ts';
import { policyOf } from './build.ts';
import { parsePolicy, readPolicy } from './file.ts';
import type { PolicySpec } from './spec.ts';

/** How a policy is loaded. */
export interface LoadPolicyOptions {
  /** Randomness of the noise that actions are made from. */
  readonly seed?: number;
  /** Steps of DDIM that it denoises in, of a policy that was not fine-tuned; its own sampler by default. */
  readonly ddimSteps?: number;
  /** Euler steps that it acts in, of a flow that was not fine-tuned; its own by default. */
  readonly denoisingSteps?: number;
  /** Makes a sample one graph, such as `compile` of @dppo/engine; the identity by default. */
  readonly compile?: Compile;
}

/** A policy that acts, and what it is. */
export interface LoadedPolicy extends Deployed {
  /** Its sizes, ranges and task: execute `spec.task.actSteps` actions of a chunk, then observe again. */
  readonly spec: PolicySpec;
}

/**
 * A policy from its file or the bytes of it, as a function of the latest observations in the robot's units that gives the chunk of
 * actions in the robot's units; it acts without exploration.
 *
 * @param source - a path, in Node.js, or bytes, also in a browser
 * @throws Error that names the file and says what is wrong with it; RangeError of `ddimSpec` or `flowSpec`
 */
export async function loadPolicy(
  source: string | Uint8Array | ArrayBuffer,
  { seed = 0, compile = (f) => f, ...steps }: LoadPolicyOptions = {},
): Promise<LoadedPolicy> {
  const file = typeof source === 'string' ? await readPolicy(source) : parsePolicy(source);
  const head = { spec: file.spec, fineTuned: file.frozen !== undefined };
  const spec = actingSpec(head, steps, (name) => `loadPolicy: ${name}`);
  const {
    network: { obsDim, condSteps },
    bounds,
  } = spec;
  const policy = compiled(policyOf({ ...file, spec }), compile);
  return { ...deploy(policy, file.params, { obsDim, condSteps, bounds, seed }), spec };
}
