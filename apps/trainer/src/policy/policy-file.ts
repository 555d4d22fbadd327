import { existsSync } from 'node:fs';

import {
  type DiffusionPolicyOptions,
  diffusionPolicy,
  gaussianPolicy,
  type Network,
  type Observation,
  type Policy,
} from '@dppo/agent';
import { readTensors, writeTensors } from '@dppo/checkpoint';
import { cosineSchedule, type Denoise, ddpmSteps, evaluationSteps, tableSampler } from '@dppo/diffusion';
import { gaussianMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';

import { denoiserNetwork } from './network.ts';
import { type DiffusionSpec, formatSpec, parseSpec, type PolicySpec } from './policy-spec.ts';

/** A policy as it is kept in a file: its description and its weights. */
export interface PolicyFile {
  readonly spec: PolicySpec;
  readonly actor: tf.NamedTensorMap;
  /** Of a fine-tuned diffusion policy: the weights that run the denoising steps before the fine-tuned ones. */
  readonly frozen?: tf.NamedTensorMap;
}

const groups = ['actor', 'frozen'] as const;

/** Writes a policy as safetensors, whole or not at all. */
export async function writePolicy(path: string, policy: PolicyFile): Promise<void> {
  const tensors = Object.fromEntries(
    groups.flatMap((group) =>
      Object.entries(policy[group] ?? {}).map(([name, value]) => [`${group}.${name}`, value]),
    ),
  );
  await writeTensors(path, tensors, { dppo: formatSpec(path, policy.spec) });
}

/**
 * Reads a policy and checks that its weights fit its description.
 *
 * @throws Error naming the file, and what is missing or of another shape
 */
export async function readPolicy(path: string): Promise<PolicyFile> {
  if (!existsSync(path)) throw new Error(`policy ${path}: no such file`);
  const { tensors, metadata } = await readTensors(path);
  const spec = parseSpec(path, metadata.dppo);
  const [actor, frozen] = groups.map((group) => membersOf(tensors, `${group}.`));
  checkWeights(path, spec, actor);
  if (Object.keys(frozen).length === 0) return { spec, actor };
  checkWeights(path, spec, frozen);
  return { spec, actor, frozen };
}

export function membersOf(tensors: tf.NamedTensorMap, prefix: string): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

/** @throws Error if weights are missing, unknown or of another shape than the description asks for */
export function checkWeights(
  path: string,
  spec: PolicySpec,
  weights: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): void {
  tf.tidy(() => {
    const expected = networkOf(spec).init(0);
    for (const [name, { shape }] of Object.entries(expected)) {
      const found = name in weights ? `[${weights[name].shape.join()}]` : 'missing';
      if (found !== `[${shape.join()}]`)
        throw new Error(`policy ${path}: ${name} is ${found}, expected [${shape.join()}]`);
    }
    const unknown = Object.keys(weights).find((name) => !(name in expected));
    if (unknown !== undefined)
      throw new Error(`policy ${path}: ${unknown} is not a weight of a ${spec.kind} policy like this`);
  });
}

export function denoiserOf({ network, ...sizes }: DiffusionSpec): Network<[obs: Observation], Denoise> {
  return denoiserNetwork(sizes, network);
}

export function gaussianOf(spec: PolicySpec, fixedStd?: number): ReturnType<typeof gaussianMlp> {
  return gaussianMlp({
    ...spec,
    activation: 'tanh',
    residual: false,
    ...(fixedStd !== undefined && { fixedStd }),
  });
}

function networkOf(spec: PolicySpec, fixedStd?: number): { init(seed: number): tf.NamedTensorMap } {
  return spec.kind === 'diffusion' ? denoiserOf(spec) : gaussianOf(spec, fixedStd);
}

export interface Acting extends Partial<
  Pick<DiffusionPolicyOptions, 'minStd' | 'logProbMinStd' | 'rewardHorizon' | 'clipNoise'>
> {
  /** K′ of a policy that is to be fine-tuned; one that has been knows it. */
  readonly ftDenoisingSteps?: number;
}

/** The policy in a file, ready to act. */
export function policyOf({ spec, actor, frozen = actor }: PolicyFile, acting: Acting = {}): Policy {
  if (spec.kind === 'gaussian') return gaussianPolicy({ ...spec, network: gaussianOf(spec) });
  const steps = ddpmSteps(cosineSchedule(spec.denoisingSteps));
  return diffusionPolicy({
    ...spec,
    sampler: tableSampler(steps),
    quiet: tableSampler(evaluationSteps(steps)),
    ftDenoisingSteps: spec.ftDenoisingSteps ?? spec.denoisingSteps,
    ...(spec.randnClipValue !== undefined && { clipNoise: spec.randnClipValue }),
    ...acting,
    network: denoiserOf(spec),
    frozen,
  });
}
