import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { writeNormalization } from '@dppo/data';
import { networkWeights, type SteppedSpec, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { ofCluster } from '../cluster/cluster-options.ts';
import { wholeLogger } from '../loggers/logger-text.ts';
import { fileIn, type RunFolder, writeConfig } from '../runs/run-folder.ts';
import { written } from '../runs/written.ts';
import { rangesIn, rangesOf } from '../tasks/ranges.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { type StartingWeights, startingWeights } from './starting-weights.ts';

/** What a run keeps copies of, by the options that name them. */
const copies = { policy: 'start.safetensors', normalization: 'normalization.npz' } as const;

/** What a run begins with. */
interface Start extends StartingWeights {
  readonly spec: SteppedSpec;
}

/** What the copies hold. */
interface Kept extends StartingWeights {
  readonly bounds: SteppedSpec['bounds'];
}

/** What the run in a folder keeps, or what it would keep where it came to no copy. */
export async function keptIn(dir: string, { params, frozen, spec }: Start): Promise<Kept> {
  const [policy, ranges] = [copies.policy, copies.normalization].map((name) => fileIn({ dir }, name));
  return {
    ...(existsSync(policy) ? await startingWeights(spec, { policy, seed: 0 }) : { params, frozen }),
    bounds: existsSync(ranges) ? await rangesIn(ranges) : spec.bounds,
  };
}

/** @throws Error naming a file that is given with other contents than the run in a folder began with and keeps a copy of */
export async function checkKept(
  dir: string,
  spec: SteppedSpec,
  { policy, normalization, seed }: FinetuneOptions,
  began: Kept,
): Promise<void> {
  const refuse = (option: string, file: string): never => {
    throw new Error(
      `${option} ${file}: found others than the run in ${dir} began with; another run needs another folder`,
    );
  };
  const isOwn = (file: string, name: string): boolean => resolve(file) === resolve(dir, name);
  if (policy !== undefined && !isOwn(policy, copies.policy)) {
    const { params, frozen } = await startingWeights(spec, { policy, seed });
    // An η or a noise that the policy has not, the run began with.
    const isWhole = Object.keys(params).length > Object.keys(networkWeights(params)).length;
    const own = isWhole ? began.params : networkWeights(began.params);
    const same = isSame(params, own) && isSame(frozen, began.frozen);
    tf.dispose([params, frozen]);
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
  const kept: Partial<FinetuneOptions> = { logger: options.logger.map((text) => wholeLogger(text, '.')) };
  if (options.policy !== undefined) kept.policy = copies.policy;
  if (options.normalization !== undefined) kept.normalization = copies.normalization;
  if ('path' in spec.task) kept.environment = relative(folder.dir, spec.task.path);
  // First of all: it tells a run that ended before its first checkpoint.
  await writeConfig(folder, {
    ...options,
    ...kept,
    runDir: undefined,
    resume: undefined,
    autoResume: undefined,
    dashboard: undefined,
    // Whoever computes it, it is the same run.
    ...Object.fromEntries(ofCluster.map((name) => [name, undefined])),
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
