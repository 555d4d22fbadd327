import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { type JsonBudget, parseJson } from '@dppo/files';
import { formatSpec, parseSpec, type PolicySpec } from '@dppo/policy/head';
import { z } from 'zod';

import { type FinetuneOptions, finetuneOptions } from '../finetune/finetune-options.ts';
import { count, positive } from '../options/shared-options.ts';
import { ofCluster } from './cluster-options.ts';

/** What workers have to know of what they take part in; with the weights of a task it decides all numbers. */
export interface Description {
  readonly spec: PolicySpec;
  /** Digest of the file with the environment, where that is one of the user's own. */
  readonly own?: string | undefined;
  readonly backend: 'tensorflow' | 'wasm' | 'cpu';
  /** of TensorFlow */
  readonly threads?: number | undefined;
  /** Rows that are acted for at once in the first shard. */
  readonly rows: number;
  /** seconds */
  readonly envTimeout: number;
  /** What trains the policy; without it the policy acts without exploration. */
  readonly training?: FinetuneOptions | undefined;
}

/** Of what learner and workers say to one another: another number is another version of dppo. */
const FORMAT = 1;

const described = z.strictObject({
  format: z.literal(FORMAT),
  spec: z.string(),
  own: z.string().optional(),
  backend: z.enum(['tensorflow', 'wasm', 'cpu']),
  threads: count.optional(),
  rows: count,
  envTimeout: positive,
  training: finetuneOptions.optional(),
});

const budget: JsonBudget = { values: 100_000, depth: 16 };

/** Options that are for the learner alone: they name its files, or whom it tells. */
const learners = new Set([
  ...ofCluster,
  'policy',
  'normalization',
  'environment',
  'runDir',
  'resume',
  'autoResume',
  'dashboard',
  'logger',
  'workers',
]);

/** A description as bytes; no word of it is a path of the learner's machine. */
export function formatDescription({ spec, training, ...rest }: Description): Uint8Array {
  const options = training && Object.entries(training).filter(([name]) => !learners.has(name));
  const text = JSON.stringify({
    format: FORMAT,
    ...rest,
    spec: formatSpec(withoutPath(spec), 'description'),
    training: options && Object.fromEntries(options),
  });
  return new TextEncoder().encode(text);
}

/**
 * What `formatDescription` made bytes of.
 *
 * @throws Error where they are none, or of another version of dppo
 */
export function parseDescription(bytes: Uint8Array): Description {
  const what = 'what the learner says of its run';
  const json = parseJson(new TextDecoder().decode(bytes), budget, what);
  const parsed = described.safeParse(json);
  if (!parsed.success)
    throw new Error(
      `${what} cannot be read here, wanted learner and workers of one version of dppo: ${z.prettifyError(parsed.error)}`,
    );
  const { format: _, spec, ...rest } = parsed.data;
  return { ...rest, spec: parseSpec(spec, what) };
}

/** A policy without the place of its environment on this machine. */
export function withoutPath(spec: PolicySpec): PolicySpec {
  const { task } = spec;
  return 'path' in task ? { ...spec, task: { ...task, path: '?' } } : spec;
}

/** By which learner and workers know that they have the same environment: the digest of its file, undefined where it is no file. */
export async function digestOfOwn({ task }: Pick<PolicySpec, 'task'>): Promise<string | undefined> {
  if (!('path' in task)) return undefined;
  return createHash('sha256')
    .update(await readFile(task.path))
    .digest('hex');
}
