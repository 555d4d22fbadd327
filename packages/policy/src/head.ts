import { headerOf } from '@dppo/checkpoint/header';
import { readBytes } from '@dppo/files';

import type { PolicyHead } from './policy-file.ts';
import { parseSpec } from './spec-text.ts';
import { resolvedFrom } from './task-path.ts';

export { actingSpec, type ActingSteps } from './acting-spec.ts';
export { ddimSpec } from './ddim-spec.ts';
export { flowSpec } from './flow-spec.ts';
export type { PolicyHead } from './policy-file.ts';
export { formatSpec, parseSpec } from './spec-text.ts';
export {
  type BoundsSpec,
  type DenoiserSpec,
  type DenoisingSpec,
  type DiffusionSpec,
  type EtaSpec,
  type FlowSpec,
  isDiffusion,
  isFlow,
  isStepped,
  learnedEta,
  type PolicySpec,
  type SteppedSpec,
  stepsOf,
  type TaskPlace,
  type TaskSpec,
} from './spec.ts';

/**
 * What the policy in the file `path` is, without its weights and without TensorFlow where it is imported from `@dppo/policy/head`.
 *
 * @throws Error naming the file where it is not there, or no policy
 */
export async function readHead(path: string): Promise<PolicyHead> {
  const name = `policy ${path}`;
  const { entries, metadata } = headerOf(await bytesOf(path), name);
  checkNames(
    entries.map((entry) => entry.name),
    name,
  );
  return {
    spec: resolvedFrom(path, parseSpec(metadata['dppo'], name)),
    fineTuned: entries.some((entry) => entry.name.startsWith('frozen.')),
  };
}

/** @throws Error where the names of the weights are those that other programs know them by, `actor.…` meaning another network */
export function checkNames(weights: readonly string[], name: string): void {
  if (weights.some((weight) => weight.startsWith('actor_ft.')))
    throw new Error(
      `${name}: weights as dppo export writes them, wanted a policy; dppo import makes one of them`,
    );
}

/** The bytes of a policy's file. */
export async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return readBytes(path).catch((error: Error) => {
    throw 'code' in error && error.code === 'ENOENT' ? new Error(`policy ${path}: no such file`) : error;
  });
}
