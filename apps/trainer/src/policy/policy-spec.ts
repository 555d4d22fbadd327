import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

import type { Bounds } from '@dppo/env';
import { z } from 'zod';

import { keptTask, storedTask, taskSpec } from '../tasks/task-spec.ts';
import { networkSpec } from './network-spec.ts';

const numbers = z.array(z.number());
const size = z.number().int().min(1);
const common = {
  environment: taskSpec,
  obsDim: size,
  actionDim: size,
  condSteps: size,
  horizonSteps: size,
  actSteps: size,
  maxEpisodeSteps: size,
  hidden: z.array(size),
  /** Ranges that the environment is normalised by. */
  bounds: z.strictObject({ obsMin: numbers, obsMax: numbers, actionMin: numbers, actionMax: numbers }),
};

const specification = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('diffusion'),
    ...common,
    denoisingSteps: size,
    timeDim: size,
    /** Where it is not the MLP of dppo's own policies. */
    network: networkSpec.optional(),
    ftDenoisingSteps: size.optional(),
    /** Bound of the noise that a fine-tuned policy was evaluated with. */
    randnClipValue: z.number().positive().optional(),
  }),
  z.strictObject({ kind: z.literal('gaussian'), ...common }),
]);

/** What a policy is for and what its networks look like. */
export type PolicySpec = z.output<typeof specification>;
export type DiffusionSpec = Extract<PolicySpec, { kind: 'diffusion' }>;

/** Ranges as plain numbers. */
export function boundsOf(bounds: Bounds): PolicySpec['bounds'] {
  return {
    obsMin: Array.from(bounds.obsMin),
    obsMax: Array.from(bounds.obsMax),
    actionMin: Array.from(bounds.actionMin),
    actionMax: Array.from(bounds.actionMax),
  };
}

/** Ranges as they are computed with. */
export function rangesOf({ bounds }: Pick<PolicySpec, 'bounds'>): Record<keyof Bounds, Float32Array> {
  return {
    obsMin: Float32Array.from(bounds.obsMin),
    obsMax: Float32Array.from(bounds.obsMax),
    actionMin: Float32Array.from(bounds.actionMin),
    actionMax: Float32Array.from(bounds.actionMax),
  };
}

/** The description as the file at `path` holds it. */
export function formatSpec(path: string, spec: PolicySpec): string {
  return JSON.stringify({ ...spec, environment: storedTask(path, spec.environment) });
}

export function parseSpec(path: string, text: string | undefined): PolicySpec {
  if (text === undefined)
    throw new Error(`policy ${path}: no description of a policy in it, expected a file written by dppo`);
  const parsed = specification.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`policy ${path}: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, environment: keptTask(path, parsed.data.environment) };
}

/** What the first bytes of a policy's file say of it. */
export interface PolicyHead {
  readonly spec: PolicySpec;
  /** Whether it was fine-tuned, and keeps the network that it started from. */
  readonly fineTuned: boolean;
}

const head = z.looseObject({ __metadata__: z.looseObject({ dppo: z.string().optional() }).optional() });

/**
 * Reads what a policy is without its weights, and without TensorFlow.
 *
 * @throws Error naming the file where it is not there or no policy
 */
export async function readHead(path: string): Promise<PolicyHead> {
  if (!existsSync(path)) throw new Error(`policy ${path}: no such file`);
  const { __metadata__: metadata, ...tensors } = await safetensorsHead(path);
  return {
    spec: parseSpec(path, metadata?.dppo),
    fineTuned: Object.keys(tensors).some((name) => name.startsWith('frozen.')),
  };
}

/** The JSON at the start of a safetensors file, https://github.com/huggingface/safetensors#format. */
async function safetensorsHead(path: string): Promise<z.output<typeof head>> {
  const file = await open(path);
  try {
    const { buffer: start } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = Number(start.readBigUInt64LE());
    if (length + 8 > statSync(path).size) throw new Error('is the file truncated?');
    const { buffer: json } = await file.read(Buffer.alloc(length), 0, length, 8);
    return head.parse(JSON.parse(json.toString()));
  } catch (error) {
    throw new Error(`policy ${path}: no safetensors file, expected one written by dppo`, { cause: error });
  } finally {
    await file.close();
  }
}
