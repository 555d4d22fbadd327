import { existsSync } from 'node:fs';

import { compiled, type Counters, type PpoState } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { childSeed, type VecEnv } from '@dppo/env';
import { type PolicyFile, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { writeCurves } from '../pictures/write-curves.ts';
import { bestOf, isBest } from '../runs/early-stopping.ts';
import { describe, evaluation, evaluationRow } from '../runs/evaluation.ts';
import { readHistory } from '../runs/history.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import { configOf, nameOfRun } from '../runs/recorded-run.ts';
import { fileIn } from '../runs/run-folder.ts';
import type { LoggedRow } from '../runs/run.ts';
import { environmentFor } from '../tasks/environment.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { iterationName } from './finetune-report.ts';
import { type FinetuneRun, savePolicy } from './finetune-run.ts';

/** Evaluates a run in environments of its own. */
export interface Evaluator {
  /** The evaluations so far. */
  readonly evaluations: readonly Evaluated[];
  /** Adds one of all episodes to the run's metrics and curve, and keeps the policy if it is the best; once an iteration. */
  evaluate(state: PpoState, signal: AbortSignal): Promise<void>;
  /** The same with a few episodes. */
  glance(state: PpoState, signal: AbortSignal): Promise<void>;
  /** Plays episodes that chose nothing, those of `dppo evaluate` of the run's seed, with the policy it began with, its best and its last. */
  report(last: PpoState, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function evaluator(
  run: FinetuneRun,
  options: FinetuneOptions,
  to: {
    readonly say: (line: string) => void;
    readonly log: (row: LoggedRow) => Promise<LoggedRow>;
    readonly begin: () => void;
    /** Shows what a policy does. */
    readonly film: (policy: PolicyFile) => void;
  },
): Promise<Evaluator> {
  const { seed, evalEpisodes, quickEvalEpisodes = evalEpisodes, workers, envTimeout } = options;
  const { folder, spec, frozen } = run;
  const all = await environmentFor(spec, { count: evalEpisodes, workers, envTimeout });
  const few =
    quickEvalEpisodes === evalEpisodes
      ? all
      : await environmentFor(spec, { count: quickEvalEpisodes, workers, envTimeout });
  // As `dppo evaluate` computes it, to the last bit: machine code rounds in another way.
  const policy = compiled(run.policy, compile);
  const evaluations = [...run.evaluations];
  const choosing = childSeed(seed, 'choose');
  const evaluateIn = async (env: VecEnv, state: PpoState, signal: AbortSignal): Promise<void> => {
    const { iteration, envSteps, actor } = state;
    if (evaluations.some((other) => other.iteration === iteration && !(other.episodes < env.count))) return;
    to.begin();
    const result = await evaluation(policy, actor, env, { seed: choosing, signal });
    evaluations.push({ iteration, envSteps, ...result });
    to.say(`${iterationName(iteration)}: evaluation: ${describe(result)}`);
    if (isBest(evaluations)) await savePolicy(run, state, 'best');
    await to.log({ iteration, 'time/env_steps': envSteps, ...evaluationRow(result) });
    // What was evaluated is known here: the file of metrics may be long.
    const known = {
      name: nameOfRun(folder.dir),
      config: configOf(folder.dir),
      history: readHistory(folder.dir),
    };
    const curve = { ...known, rows: [], evaluations, reports: [] };
    await writeCurves(fileIn(folder, 'learning-curve.svg'), curve);
    to.film({ spec, params: actor, frozen });
  };
  const reportOn = async (
    { iteration, envSteps }: Counters,
    params: tf.NamedTensorMap,
    signal: AbortSignal,
  ): Promise<void> => {
    to.begin();
    const result = await evaluation(policy, params, all, { seed, signal });
    to.say(`${iterationName(iteration)}: on other episodes: ${describe(result)}`);
    await to.log({ iteration, 'time/env_steps': envSteps, ...evaluationRow(result, 'report') });
  };
  const reportFile = async (at: Counters, name: string, signal: AbortSignal): Promise<void> => {
    const { params, frozen: own } = await readPolicy(fileIn(folder, `${name}.safetensors`));
    try {
      await reportOn(at, params, signal);
    } finally {
      tf.dispose([params, { ...own }]);
    }
  };
  return {
    evaluations,
    evaluate: (state, signal) => evaluateIn(all, state, signal),
    glance: (state, signal) => evaluateIn(few, state, signal),
    report: async (last, signal) => {
      const best = bestOf(evaluations);
      const first = { iteration: 0, envSteps: 0 };
      if (last.iteration === 0) return reportOn(last, last.actor, signal);
      if (existsSync(fileIn(folder, 'start.safetensors'))) await reportFile(first, 'start', signal);
      else await reportOn(first, frozen, signal);
      if (best.iteration > 0 && best.iteration < last.iteration) await reportFile(best, 'best', signal);
      await reportOn(last, last.actor, signal);
    },
    close: async () => void (await Promise.all([...new Set([all, few])].map((env) => env.close()))),
  };
}
