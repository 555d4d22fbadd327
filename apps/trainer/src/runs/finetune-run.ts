import type { Agent, Policy, TrainState } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, withMinStd } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

import { compilerOf } from '../backend.ts';
import { type Acting, type DiffusionSpec, policyOf, writePolicy } from '../policy/policy-file.ts';
import { freshState, ppoAgent } from '../algorithms/ppo-agent.ts';
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
  readonly agent: Agent;
  readonly start: TrainState;
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
  const { policy, agent } = trained(spec, frozen, options);
  const folder = await createRunFolder(options.runDir, 'finetune');
  await writeConfig(folder, settled(options, spec));
  await beginStretch(folder.dir, machineOf(tf.getBackend()));
  const start = freshState(agent, frozen, options);
  return { folder, spec, frozen, policy, agent, start, seconds: 0, evaluations: [] };
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
  const { spec, frozen, state, seconds, backend } = await readCheckpoint(fileIn(folder, 'last.safetensors'));
  if (backend !== tf.getBackend())
    say(`the run was computed on ${backend}: on ${tf.getBackend()} its numbers will differ`);
  const { policy, agent } = trained(spec, frozen, options);
  await writeConfig(folder, settled(options, spec));
  await beginStretch(dir, machineOf(tf.getBackend()));
  const metrics = fileIn(folder, 'metrics.jsonl');
  await cutMetrics(metrics, state.iteration);
  const evaluations = readEvaluations(metrics);
  return { folder, spec, frozen, policy, agent, start: state, seconds, evaluations };
}

/** Writes the policy alone, ready to evaluate or to deploy. */
export async function savePolicy(
  { folder, spec, frozen }: FinetuneRun,
  { actor }: TrainState,
  name: string,
): Promise<void> {
  const file = fileIn(folder, `${name}.safetensors`);
  await written(file, writePolicy(file, { spec, actor, frozen }));
}

/** Writes the policy, and all that the run needs to go on. */
export async function saveRun(run: FinetuneRun, state: TrainState, seconds: number): Promise<void> {
  const { spec, frozen, folder } = run;
  if (state.iteration > 0) await savePolicy(run, state, `policy-${state.iteration}`);
  const file = fileIn(folder, 'last.safetensors');
  const backend = tf.getBackend();
  await written(file, writeCheckpoint(file, { spec, frozen, state, seconds, backend }));
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

function trained(
  spec: DiffusionSpec,
  frozen: tf.NamedTensorMap,
  options: FinetuneOptions,
): { policy: Policy; agent: Agent } {
  const policy = policyOf({ spec, actor: frozen }, exploration(spec, options));
  return { policy, agent: ppoAgent(spec, policy, { ...options, compile: compilerOf(options) }) };
}

function exploration(
  { denoisingSteps }: DiffusionSpec,
  { minSamplingDenoisingStd, minLogprobDenoisingStd }: FinetuneOptions,
): Acting {
  const steps = ddpmSteps(cosineSchedule(denoisingSteps));
  return {
    exploration: withMinStd(steps, minSamplingDenoisingStd),
    logProbSteps: withMinStd(steps, minLogprobDenoisingStd),
  };
}
