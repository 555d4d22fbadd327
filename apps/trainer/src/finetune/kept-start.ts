import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { writeNormalization } from '@dppo/data';
import { type DiffusionSpec, readPolicy, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { policyIn } from '../runs/policy-in.ts';
import { fileIn, type RunFolder, writeConfig } from '../runs/run-folder.ts';
import { written } from '../runs/written.ts';
import { rangesIn, rangesOf } from '../tasks/ranges.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** What a run keeps copies of, by the options that name them. */
const copies = { policy: 'start.safetensors', normalization: 'normalization.npz' } as const;

/** What a run begins with. */
interface Start {
  readonly params: tf.NamedTensorMap;
  /** of the denoising steps that are not trained */
  readonly frozen: tf.NamedTensorMap;
  readonly spec: DiffusionSpec;
}

/** What the copies hold. */
interface Kept extends Pick<Start, 'params' | 'frozen'> {
  readonly bounds: DiffusionSpec['bounds'];
}

/** What the run in a folder keeps, or what it would keep where it came to no copy. */
export async function keptIn(dir: string, { params, frozen, spec }: Start): Promise<Kept> {
  const [policy, ranges] = [copies.policy, copies.normalization].map((name) => fileIn({ dir }, name));
  return {
    ...(existsSync(policy) ? await startIn(policy) : { params, frozen }),
    bounds: existsSync(ranges) ? await rangesIn(ranges) : spec.bounds,
  };
}

/** The weights of a policy that is trained, and those that stay as they are. */
async function startIn(file: string): Promise<Pick<Start, 'params' | 'frozen'>> {
  const { params, frozen = params } = await readPolicy(file);
  return { params, frozen };
}

/** @throws Error naming a file that is given with other contents than the run in a folder began with and keeps a copy of */
export async function checkKept(
  dir: string,
  { policy, normalization }: FinetuneOptions,
  began: Kept,
): Promise<void> {
  const refuse = (option: string, file: string): never => {
    throw new Error(
      `${option} ${file}: found others than the run in ${dir} began with; another run needs another folder`,
    );
  };
  const isOwn = (file: string, name: string): boolean => resolve(file) === resolve(dir, name);
  if (policy !== undefined && !isOwn(policy, copies.policy)) {
    const start = await startIn(policyIn(policy));
    const same = isSame(start.params, began.params) && isSame(start.frozen, began.frozen);
    tf.dispose([start.params, start.frozen]);
    if (!same) refuse('--policy', policy);
  }
  if (normalization !== undefined && !isOwn(normalization, copies.normalization)) {
    if (!isDeepStrictEqual(await rangesIn(normalization), began.bounds))
      refuse('--normalization', normalization);
  }
}

function isSame(...both: readonly [tf.NamedTensorMap, tf.NamedTensorMap]): boolean {
  const [one, other] = both.map((weights) =>
    Object.keys(weights)
      .toSorted()
      .map((name) => [name, weights[name].shape, weights[name].dataSync()]),
  );
  return isDeepStrictEqual(one, other);
}

/** Writes what the run can be repeated with from here alone: the policy that it began with, its ranges and its options. */
export async function keepStart(
  folder: RunFolder,
  run: Start & { readonly options: FinetuneOptions },
): Promise<void> {
  const { spec, params, frozen, options } = run;
  const kept: Partial<FinetuneOptions> = {};
  if (options.policy !== undefined) kept.policy = copies.policy;
  if (options.normalization !== undefined) kept.normalization = copies.normalization;
  if (spec.task.kind !== 'named') kept.environment = relative(folder.dir, spec.task.path);
  // First of all: it tells a run that ended before its first checkpoint.
  await writeConfig(folder, {
    ...options,
    ...kept,
    runDir: undefined,
    resume: undefined,
    autoResume: undefined,
    dashboard: undefined,
  });
  const keep = async (name: string | undefined, write: (file: string) => Promise<void>): Promise<void> => {
    const file = fileIn(folder, name ?? '');
    if (name !== undefined && !existsSync(file)) await written(file, write(file));
  };
  const isOne = Object.entries(frozen).every(([name, weight]) => params[name] === weight);
  const start = isOne ? { spec, params } : { spec, params, frozen };
  await keep(kept.policy, (file) => writePolicy(file, start));
  await keep(kept.normalization, (file) => writeNormalization(file, rangesOf(spec.bounds)));
}
