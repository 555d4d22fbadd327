import { checkWeights } from '@dppo/agent';
import { formatTensors, headerOf, parseTensors } from '@dppo/checkpoint';
import { writeWhole } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';

import { checkShapes, checkTrained } from './check-shapes.ts';
import { bytesOf, checkNames } from './head.ts';
import { formatSpec, parseSpec } from './spec-text.ts';
import type { PolicyFile } from './policy-file.ts';
import { relativeTo, resolvedFrom } from './task-path.ts';

/**
 * A policy from the `bytes` of its file. Tensors of other names than `actor.…` and `frozen.…`, such as those of a checkpoint of
 * training, are left out. Errors begin with `name`.
 *
 * @throws Error that says what is wrong with the bytes, the description, or which weight is missing, unknown, of another shape or not finite
 */
export function parsePolicy(bytes: Uint8Array | ArrayBuffer, name = 'policy'): PolicyFile {
  const all = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  const { entries, metadata } = headerOf(all, name);
  const described = Object.fromEntries(entries.map((entry) => [entry.name, entry]));
  checkNames(Object.keys(described), name);
  const spec = parseSpec(metadata['dppo'], name);
  checkTrained(spec, members(described, 'actor.'), name);
  const fineTuned = members(described, 'frozen.');
  if (Object.keys(fineTuned).length > 0) checkShapes(spec.network, fineTuned, name);
  const { tensors } = parseTensors(all, name);
  const [params, frozen] = ['actor.', 'frozen.'].map((prefix) => members(tensors, prefix));
  try {
    const file = Object.keys(frozen).length > 0 ? { spec, params, frozen } : { spec, params };
    checkWeights(name, file, file.params);
    const kept = new Set([...Object.values(params), ...Object.values(frozen)]);
    tf.dispose(Object.values(tensors).filter((tensor) => !kept.has(tensor)));
    return file;
  } catch (error) {
    tf.dispose(tensors);
    throw error;
  }
}

/**
 * Reads a policy at `path` as parsePolicy does; the module or the model of its task by its whole path.
 *
 * @throws Error naming the file
 */
export async function readPolicy(path: string): Promise<PolicyFile> {
  const policy = parsePolicy(await bytesOf(path), `policy ${path}`);
  return { ...policy, spec: resolvedFrom(path, policy.spec) };
}

/**
 * The bytes that parsePolicy reads; weights are named `actor.…` and `frozen.…`. Errors begin with `name`.
 *
 * @throws Error where parsePolicy would not read them
 */
export function formatPolicy(policy: PolicyFile, name = 'policy'): Uint8Array<ArrayBuffer> {
  const dppo = formatSpec(policy.spec, name);
  checkTrained(policy.spec, policy.params, name);
  if (policy.frozen) checkShapes(policy.spec.network, policy.frozen, name);
  checkWeights(name, policy, policy.params);
  const tensors = { ...prefixed('actor.', policy.params), ...prefixed('frozen.', policy.frozen) };
  return formatTensors(tensors, { dppo }, name);
}

/**
 * Writes a policy to `path`, whole or not at all; the module or the model of its task relative to the file. Nothing is written where
 * parsePolicy would not read it: an Error names the file.
 */
export async function writePolicy(path: string, policy: PolicyFile): Promise<void> {
  const spec = relativeTo(path, policy.spec);
  await writeWhole(path, formatPolicy({ ...policy, spec }, `policy ${path}`));
}

function members<Member>(named: Readonly<Record<string, Member>>, prefix: string): Record<string, Member> {
  const own = Object.entries(named).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, member]) => [name.slice(prefix.length), member]));
}

function prefixed(prefix: string, tensors: tf.NamedTensorMap = {}): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}
