import { existsSync } from 'node:fs';

import type { Algorithm, Policy, PpoState, Standing } from '@dppo/agent';
import { copy, release } from '@dppo/optim';
import { formatSpec, isFlow, relativeTo, type SteppedSpec, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { algorithmOf } from '../algorithms/algorithm-of.ts';
import { compilerOf } from '../backend.ts';
import type { OpenLogger } from '../loggers/logger.ts';
import { finishOf } from '../runs/history.ts';
import { type Evaluated, evaluationsIn, rowsOf } from '../runs/metrics-file.ts';
import { createRunFolder, type OpenFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { configIn } from '../runs/recorded-run.ts';
import { fileIn } from '../runs/run-folder.ts';
import { beforeFirst, beginRun, type RunUnderWay, type Saved } from '../runs/run.ts';
import { tellBackend } from '../runs/saved-state.ts';
import { standingTensors } from '../runs/standing-tensors.ts';
import { written } from '../runs/written.ts';
import { rangeRemarks } from '../tasks/range-remarks.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { checkKept, keepStart, keptIn } from './kept-start.ts';
import { startAdvice } from './start-advice.ts';
import { settledBy } from './decided-options.ts';
import { startingSpec } from './starting-spec.ts';
import { startingWeights } from './starting-weights.ts';
import { readCheckpoint } from './training-checkpoint.ts';

/** A run, new or gone on with: where its files lie, what is trained, and how far it is. */
export interface FinetuneRun extends RunUnderWay {
  readonly spec: SteppedSpec;
  readonly frozen: tf.NamedTensorMap;
  readonly policy: Policy;
  readonly algorithm: Algorithm<PpoState>;
  readonly start: PpoState;
  /** Where the environments stood at the start, if it is known. */
  readonly standing: Standing | undefined;
  readonly evaluations: readonly Evaluated[];
}

/** A run that has come to its end, as the options ask for. */
export interface FinishedRun {
  readonly folder: OpenFolder;
  readonly finished: string;
  readonly close: () => void;
}

/** Whom a run tells about itself. */
interface Hearers {
  /** Is told what is trained, by which settled options, before anything is made or changed. */
  readonly before?: (spec: SteppedSpec, options: FinetuneOptions) => Promise<void>;
  readonly say: (line: string) => void;
  readonly loggers?: readonly OpenLogger[];
}

/**
 * A new run, or the one that the options go on with. With `autoResume` one that has no checkpoint yet begins anew, and one that has
 * finished stays as it is.
 */
export function openFinetune(options: FinetuneOptions, to: Hearers): Promise<FinetuneRun | FinishedRun> {
  const { resume: dir, autoResume = false } = options;
  if (dir === undefined) return newRun(options, to);
  return autoResume && !existsSync(fileIn({ dir }, 'last.safetensors'))
    ? begunAnew(dir, options, to)
    : resumedRun(dir, options, to);
}

/** Makes the folder of a run, once all that it needs is there. */
async function newRun(given: FinetuneOptions, to: Hearers): Promise<FinetuneRun> {
  const beginning = await startOf(given, to);
  const { runDir, autoResume: patient = false } = given;
  const folder = await createRunFolder(runDir, 'finetune', { say: to.say, patient });
  return begun(folder, beginning, undefined, to);
}

/** The run in a folder that ended before its first checkpoint, from its beginning. */
async function begunAnew(dir: string, given: FinetuneOptions, to: Hearers): Promise<FinetuneRun> {
  const beginning = await startOf(given, to);
  const check = async (): Promise<void> => {
    await checkKept(dir, beginning.spec, given, await keptIn(dir, beginning));
  };
  const folder = await openFolder(dir, { say: to.say, check, patient: true });
  return begun(folder, beginning, beforeFirst, to);
}

/** What a run begins with. */
async function startOf(given: FinetuneOptions, { before }: Hearers) {
  const spec = await startingSpec(given);
  const options = settledBy(spec, given);
  await before?.(spec, options);
  const { params, frozen } = await startingWeights(spec, options);
  const made = algorithmOf(spec, frozen, options, compilerOf(options));
  return { spec, options, params: withLearned(made.policy, params, options.seed), frozen, ...made };
}

/** The weights of a policy with those of the η or the noise that it learns, where they were trained without. */
function withLearned(policy: Policy, params: tf.NamedTensorMap, seed: number): tf.NamedTensorMap {
  const fresh = policy.init(seed);
  const all = { ...fresh, ...params };
  tf.dispose(Object.entries(fresh).flatMap(([name, weight]) => (all[name] === weight ? [] : [weight])));
  return all;
}

function begun(
  folder: OpenFolder,
  { options, params, ...beginning }: Awaited<ReturnType<typeof startOf>>,
  from: Saved | undefined,
  to: Hearers,
): Promise<FinetuneRun> {
  const { spec } = beginning;
  for (const sentence of [...rangeRemarks(spec.bounds), ...startAdvice(spec, options)]) to.say(sentence);
  return orClosed(folder, async () => {
    await keepStart(folder, { ...beginning, params, options });
    const run = await beginRun(folder, from, to);
    const fresh = beginning.algorithm.init(options.seed);
    const start = { ...fresh, actor: copy(params) };
    release(fresh, start);
    return { ...run, ...beginning, start, standing: undefined, evaluations: [] };
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
  to: Hearers,
): Promise<FinetuneRun | FinishedRun> {
  const [{ say }, { autoResume: patient = false }] = [to, given];
  const folder = await openFolder(dir, { say, patient, check: () => found(dir, given, to) });
  return orClosed(folder, async () => {
    const finished = patient ? endAsAsked(dir, given) : undefined;
    if (finished !== undefined) return { folder, finished, close: folder.close };
    const { checkpoint, options, ...made } = folder.found;
    const { spec, frozen, standing, seconds, cpuSeconds } = checkpoint;
    tellBackend(checkpoint, say);
    const params = withLearned(made.policy, frozen, options.seed);
    await keepStart(folder, { spec, params, frozen, options });
    const run = await beginRun(folder, { ...made.start, seconds, cpuSeconds }, to);
    const evaluations = evaluationsIn(rowsOf(fileIn(folder, 'metrics.jsonl')));
    return { ...run, spec, frozen, standing, ...made, evaluations };
  });
}

/** How the run in a folder finished; undefined where it did not, or is asked to go on longer. */
function endAsAsked(dir: string, { iterations, maxMinutes }: FinetuneOptions): string | undefined {
  const began = configIn(fileIn({ dir }, 'config.yaml'));
  const isAsked = began.iterations === iterations && began.maxMinutes === maxMinutes;
  return isAsked ? finishOf(dir) : undefined;
}

/** The last checkpoint in a folder, and what is trained from there. */
async function found(dir: string, given: FinetuneOptions, { before }: Hearers) {
  const checkpoint = await readCheckpoint(fileIn({ dir }, 'last.safetensors'));
  const { spec, frozen, stateLike } = checkpoint;
  // With resume alone these are names that the run keeps, of files that may be gone.
  if (given.autoResume === true)
    await checkKept(dir, spec, given, await keptIn(dir, { params: frozen, frozen, spec }));
  const options = settledBy(spec, given);
  await before?.(spec, options);
  const made = algorithmOf(spec, frozen, options, compilerOf(options));
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
  // A flow is trained in all its steps.
  const before = isFlow(spec) ? {} : { frozen };
  await written(file, writePolicy(file, { spec, params: actor, ...before }));
}

/** What a run goes on from. */
export interface Reached {
  readonly state: PpoState;
  readonly standing: Standing | undefined;
}

/** Writes the policy, and all that the run needs to go on. */
export async function saveRun(run: FinetuneRun, { state, standing }: Reached): Promise<void> {
  const { spec, frozen, folder } = run;
  if (state.iteration > 0) await savePolicy(run, state, `policy-${state.iteration}`);
  const last = 'last.safetensors';
  const file = fileIn(folder, last);
  const about = formatSpec(relativeTo(file, spec), `checkpoint ${file}`);
  const environments = standing?.states && standingTensors(standing);
  try {
    await run.save(last, { ...state, frozen, ...(environments && { environments }) }, { dppo: about });
  } finally {
    tf.dispose(environments ?? {});
  }
}
