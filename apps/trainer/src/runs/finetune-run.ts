import type { Algorithm, Policy, PpoState } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';

import { compilerOf } from '../backend.ts';
import { dppo } from '../algorithms/dppo.ts';
import { type DiffusionSpec, writePolicy } from '../policy/policy-file.ts';
import { beginStretch } from './history.ts';
import { machineOf } from './machine.ts';
import { cutMetrics, type Evaluated, readEvaluations } from './metrics-file.ts';
import { createRunFolder, fileIn, type RunFolder, writeConfig } from './run-folder.ts';
import { written } from './written.ts';
import type { FinetuneOptions } from '../commands/finetune.ts';
import { startingPolicy } from '../finetune/starting-policy.ts';
import { readCheckpoint, writeCheckpoint } from './training-checkpoint.ts';

/** A run, new or gone on with: where its files lie, what is trained, and how far it is. */
export interface FinetuneRun {
  readonly folder: RunFolder;
  readonly spec: DiffusionSpec;
  readonly frozen: tf.NamedTensorMap;
  readonly policy: Policy;
  readonly algorithm: Algorithm<PpoState>;
  readonly start: PpoState;
  /** Seconds that it took so far. */
  readonly seconds: number;
  readonly evaluations: readonly Evaluated[];
}

/** A new run, or the one that the options go on with. */
export function openRun(options: FinetuneOptions, say: (line: string) => void): Promise<FinetuneRun> {
  return options.resume === undefined ? newRun(options) : resumedRun(options.resume, options, say);
}

/** Makes the folder of a run, once all that it needs is there. */
async function newRun(options: FinetuneOptions): Promise<FinetuneRun> {
  const { spec, weights: frozen } = await startingPolicy(options);
  const made = dppo(spec, frozen, options, compilerOf(options));
  const folder = await createRunFolder(options.runDir, 'finetune');
  await writeConfig(folder, settled(options, spec));
  await beginStretch(folder.dir, machineOf(tf.getBackend()));
  const start = made.algorithm.init(options.seed);
  return { folder, spec, frozen, ...made, start, seconds: 0, evaluations: [] };
}

/**
 * A run as its last checkpoint left it; what came after is dropped from its metrics.
 *
 * @throws Error, before anything is changed, where there is no checkpoint or a damaged one
 */
async function resumedRun(
  dir: string,
  options: FinetuneOptions,
  say: (line: string) => void,
): Promise<FinetuneRun> {
  const folder = { dir };
  const file = fileIn(folder, 'last.safetensors');
  const { spec, frozen, stateLike, seconds, backend } = await readCheckpoint(file);
  if (backend !== tf.getBackend())
    say(`the run was computed on ${backend}: on ${tf.getBackend()} its numbers will differ`);
  const made = dppo(spec, frozen, options, compilerOf(options));
  const start = stateLike(made.algorithm.init(options.seed));
  await writeConfig(folder, settled(options, spec));
  await beginStretch(dir, machineOf(tf.getBackend()));
  const metrics = fileIn(folder, 'metrics.jsonl');
  await cutMetrics(metrics, start.iteration);
  const evaluations = readEvaluations(metrics);
  return { folder, spec, frozen, ...made, start, seconds, evaluations };
}

/** Writes the policy alone, ready to evaluate or to deploy. */
export async function savePolicy(
  { folder, spec, frozen }: FinetuneRun,
  { actor }: PpoState,
  name: string,
): Promise<void> {
  const file = fileIn(folder, `${name}.safetensors`);
  await written(file, writePolicy(file, { spec, actor, frozen }));
}

/** Writes the policy, and all that the run needs to go on. */
export async function saveRun(run: FinetuneRun, state: PpoState, seconds: number): Promise<void> {
  const { spec, frozen, folder } = run;
  if (state.iteration > 0) await savePolicy(run, state, `policy-${state.iteration}`);
  const file = fileIn(folder, 'last.safetensors');
  const backend = tf.getBackend();
  await written(file, writeCheckpoint(file, { spec, frozen, seconds, backend }, state));
}

/** What a policy decides where the options leave it open. */
export const ofPolicy = [
  ...(['environment', 'denoisingSteps', 'ftDenoisingSteps', 'condSteps', 'horizonSteps'] as const),
  ...(['actSteps', 'maxEpisodeSteps', 'timeDim', 'hidden'] as const),
];

/** The options with which the run can be repeated. */
function settled(options: FinetuneOptions, spec: DiffusionSpec): object {
  const decided = Object.fromEntries(ofPolicy.map((key) => [key, spec[key]]));
  return { ...options, ...decided, runDir: undefined, resume: undefined, dashboard: undefined };
}
