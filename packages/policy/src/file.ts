import { formatTensors, parseTensors } from '@dppo/checkpoint';
import { writeWhole } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';

import { networkOf } from './build.ts';
import { bytesOf, checkNames } from './head.ts';
import { formatSpec, parseSpec } from './spec-text.ts';
import type { PolicyFile } from './policy-file.ts';
import type { PolicySpec } from './spec.ts';
import { relativeTo, resolvedFrom } from './task-path.ts';

/**
 * A policy from the `bytes` of its file. Tensors of other names than `actor.…` and `frozen.…`, such as those of a checkpoint of
 * training, are left out. Errors begin with `name`.
 *
 * @throws Error that says what is wrong with the bytes, the description, or which weight is missing, unknown, of another shape or not finite
 */
export function parsePolicy(bytes: Uint8Array | ArrayBuffer, name = 'policy'): PolicyFile {
  const { tensors, metadata } = parseTensors(
    bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes,
    name,
  );
  const [params, frozen] = ['actor.', 'frozen.'].map((prefix) => members(tensors, prefix));
  try {
    checkNames(Object.keys(tensors), name);
    const spec = parseSpec(metadata['dppo'], name);
    const file = Object.keys(frozen).length > 0 ? { spec, params, frozen } : { spec, params };
    checkWeights(file, name);
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
  checkWeights(policy, name);
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

/**
 * Checks weights against the network that the description asks for.
 *
 * @throws Error that begins with `name` where one is missing, unknown, of another shape or not finite
 */
function checkWeights({ spec, params, frozen = params }: PolicyFile, name: string): void {
  tf.tidy(() => {
    const expected = initial(spec, name);
    for (const weights of new Set([params, frozen])) {
      for (const [key, { shape }] of Object.entries(expected)) {
        const found = key in weights ? `[${weights[key].shape.join()}]` : 'missing';
        if (found !== `[${shape.join()}]`)
          throw new Error(`${name}: ${key} is ${found}, wanted [${shape.join()}]`);
        const broken = weights[key].dataSync().find((value) => !Number.isFinite(value));
        if (broken !== undefined)
          throw new Error(`${name}: ${key} has ${broken} in it, wanted finite numbers`);
      }
      const unknown = Object.keys(weights).find((key) => !(key in expected));
      if (unknown !== undefined)
        throw new Error(`${name}: ${unknown} is not a weight of a ${spec.network.kind} policy like this`);
    }
  });
}

/** Fresh weights of the network that a description asks for. */
function initial({ network }: PolicySpec, name: string): tf.NamedTensorMap {
  try {
    return networkOf(network).init(0);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function members(tensors: tf.NamedTensorMap, prefix: string): tf.NamedTensorMap {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function prefixed(prefix: string, tensors: tf.NamedTensorMap = {}): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}
