import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import {
  type DiffusionSpec,
  isDiffusion,
  isFlow,
  isStepped,
  type PolicySpec,
  type SteppedSpec,
} from '@dppo/policy/head';

/**
 * The file of a policy: the one given or, in the folder of a run, the best, or the last where none was evaluated.
 *
 * @throws Error where there is none
 */
export function policyIn(path: string, option = '--policy'): string {
  if (!existsSync(path)) throw new Error(`${option} ${path}: no such file, wanted a policy or a run folder`);
  if (!statSync(path).isDirectory()) return path;
  const names = ['best.safetensors', 'last.safetensors'];
  const found = names.map((name) => join(path, name)).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(
      `${option} ${path}: a folder without ${names.join(' or ')}, wanted a policy or a run folder`,
    );
  return found;
}

/** @throws Error naming the policy that does not denoise */
export function diffusionOf(path: string, spec: PolicySpec): DiffusionSpec {
  if (isDiffusion(spec)) return spec;
  const found = isFlow(spec) ? 'flow' : spec.network.kind;
  throw new Error(`--policy ${path}: a ${found} policy, wanted a diffusion policy`);
}

/** @throws Error naming the policy that neither denoises nor is a flow */
export function steppedOf(path: string, spec: PolicySpec): SteppedSpec {
  if (isStepped(spec)) return spec;
  throw new Error(`--policy ${path}: a ${spec.network.kind} policy, wanted a diffusion policy or a flow`);
}
