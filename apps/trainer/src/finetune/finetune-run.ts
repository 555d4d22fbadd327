import { existsSync } from 'node:fs';
import { relative } from 'node:path';

import type { Algorithm, Policy, PpoState } from '@dppo/agent';
import { writeNormalization } from '@dppo/data';
import { copy, release } from '@dppo/optim';
import {
  type DiffusionSpec,
  formatSpec,
  networkOf,
  type PolicyFile,
  readPolicy,
  relativeTo,
  writePolicy,
} from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { dppo } from '../algorithms/dppo.ts';
import { compilerOf } from '../backend.ts';
import { type Evaluated, evaluationsIn, rowsOf } from '../runs/metrics-file.ts';
import { createRunFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { policyIn } from '../runs/policy-in.ts';
import { fileIn, type RunFolder, writeConfig } from '../runs/run-folder.ts';
import { beginRun, type RunUnderWay } from '../runs/run.ts';
import { tellBackend } from '../runs/saved-state.ts';
import { written } from '../runs/written.ts';
import { rangesOf } from '../tasks/ranges.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { settledBy, startingSpec } from './starting-spec.ts';
import { readCheckpoint } from './training-checkpoint.ts';

/** A run, new or gone on with: where its files lie, what is trained, and how far it is. */
export interface FinetuneRun extends RunUnderWay {
  readonly spec: DiffusionSpec;
  readonly frozen: tf.NamedTensorMap;
  readonly policy: Policy;
  readonly algorithm: Algorithm<PpoState>;
  readonly start: PpoState;
  readonly evaluations: readonly Evaluated[];
}

/** A new run, or the one that the options go on with. */
export function openFinetune(options: FinetuneOptions, say: (line: string) => void): Promise<FinetuneRun> {
  return options.resume === undefined ? newRun(options, say) : resumedRun(options.resume, options, say);
}

/** Makes the folder of a run, once all that it needs is there. */
async function newRun(given: FinetuneOptions, say: (line: string) => void): Promise<FinetuneRun> {
  const spec = await startingSpec(given);
  const options = settledBy(spec, given);
  const { params, frozen = params } = await startingWeights(spec, options);
  const made = dppo(spec, frozen, options, compilerOf(options));
  const folder = await createRunFolder(options.runDir, 'finetune', { say });
  return orClosed(folder, async () => {
    await keepStart(folder, { spec, params, frozen, options });
    const run = await beginRun(folder, undefined, say);
    const fresh = made.algorithm.init(options.seed);
    const start = { ...fresh, actor: copy(params) };
    release(fresh, start);
    return { ...run, spec, frozen, ...made, start, evaluations: [] };
  });
}

/**
 * A run as its last checkpoint left it; what came after is dropped from its metrics.
 *
 * @throws Error, before anything is changed, where there is no checkpoint or a damaged one
 */
async function resumedRun(
  dir: string,
  given: FinetuneOptions,
  say: (line: string) => void,
): Promise<FinetuneRun> {
  const folder = await openFolder(dir, { say, check: () => found(dir, given) });
  return orClosed(folder, async () => {
    const { checkpoint, options, ...made } = folder.found;
    const { spec, frozen, seconds } = checkpoint;
    tellBackend(checkpoint, say);
    await keepStart(folder, { spec, params: frozen, frozen, options });
    const run = await beginRun(folder, { ...made.start, seconds }, say);
    const evaluations = evaluationsIn(rowsOf(fileIn(folder, 'metrics.jsonl')));
    return { ...run, spec, frozen, ...made, evaluations };
  });
}

/** The last checkpoint in a folder, and what is trained from there. */
async function found(dir: string, given: FinetuneOptions) {
  const checkpoint = await readCheckpoint(fileIn({ dir }, 'last.safetensors'));
  const { spec, frozen, stateLike } = checkpoint;
  const options = settledBy(spec, given);
  const made = dppo(spec, frozen, options, compilerOf(options));
  return { checkpoint, options, ...made, start: stateLike(made.algorithm.init(options.seed)) };
}

/** Writes the policy alone, ready to evaluate or to deploy. */
export async function savePolicy(
  { folder, spec, frozen }: FinetuneRun,
  { actor }: PpoState,
  name: string,
): Promise<void> {
  folder.check();
  const file = fileIn(folder, `${name}.safetensors`);
  await written(file, writePolicy(file, { spec, params: actor, frozen }));
}

/** Writes the policy, and all that the run needs to go on. */
export async function saveRun(run: FinetuneRun, state: PpoState): Promise<void> {
  const { spec, frozen, folder } = run;
  if (state.iteration > 0) await savePolicy(run, state, `policy-${state.iteration}`);
  const last = 'last.safetensors';
  const file = fileIn(folder, last);
  await run.save(
    last,
    { ...state, frozen },
    { dppo: formatSpec(relativeTo(file, spec), `checkpoint ${file}`) },
  );
}

/** Weights that are trained; they also run the denoising steps that are not, unless a fine-tuned policy has frozen ones for those. */
async function startingWeights(
  spec: DiffusionSpec,
  { policy, seed }: FinetuneOptions,
): Promise<Pick<PolicyFile, 'params' | 'frozen'>> {
  return policy === undefined ? { params: networkOf(spec.network).init(seed) } : readPolicy(policyIn(policy));
}

/** Writes what the run can be repeated with from here alone: the policy that it began with, its ranges and its options. */
async function keepStart(
  folder: RunFolder,
  run: {
    readonly spec: DiffusionSpec;
    readonly params: tf.NamedTensorMap;
    readonly frozen: tf.NamedTensorMap;
    readonly options: FinetuneOptions;
  },
): Promise<void> {
  const { spec, params, frozen, options } = run;
  const kept: Partial<FinetuneOptions> = {};
  if (options.policy !== undefined) {
    kept.policy = 'start.safetensors';
    const file = fileIn(folder, kept.policy);
    const start = params === frozen ? { spec, params } : { spec, params, frozen };
    if (!existsSync(file)) await written(file, writePolicy(file, start));
  }
  if (options.normalization !== undefined) {
    kept.normalization = 'normalization.npz';
    const file = fileIn(folder, kept.normalization);
    if (!existsSync(file)) await written(file, writeNormalization(file, rangesOf(spec.bounds)));
  }
  if (spec.task.kind !== 'named') kept.environment = relative(folder.dir, spec.task.path);
  await writeConfig(folder, {
    ...options,
    ...kept,
    runDir: undefined,
    resume: undefined,
    dashboard: undefined,
  });
}
