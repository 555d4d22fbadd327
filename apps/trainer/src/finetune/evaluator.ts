import { compiled, type PpoState } from '@dppo/agent';
import { compile } from '@dppo/engine';
import type { VecEnv } from '@dppo/env';
import type { PolicyFile } from '@dppo/policy';

import { writeCurves } from '../pictures/write-curves.ts';
import { isBest } from '../runs/early-stopping.ts';
import { describe, evaluation, evaluationRow } from '../runs/evaluation.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import type { LoggedRow } from '../runs/metrics-log.ts';
import { readRun } from '../runs/recorded-run.ts';
import { fileIn } from '../runs/run-folder.ts';
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
  close(): Promise<void>;
}

export async function evaluator(
  run: FinetuneRun,
  options: FinetuneOptions,
  to: {
    readonly say: (line: string) => void;
    readonly log: (row: LoggedRow) => Promise<void>;
    readonly begin: () => void;
    /** Shows what a policy does. */
    readonly film: (policy: PolicyFile) => Promise<void>;
  },
): Promise<Evaluator> {
  const { seed, evalEpisodes, quickEvalEpisodes = evalEpisodes, workers } = options;
  const { folder, spec, frozen } = run;
  const all = await environmentFor(spec, { count: evalEpisodes, workers });
  const few =
    quickEvalEpisodes === evalEpisodes
      ? all
      : await environmentFor(spec, { count: quickEvalEpisodes, workers });
  // As `dppo evaluate` computes it, to the last bit: machine code rounds in another way.
  const policy = compiled(run.policy, compile);
  const evaluations = [...run.evaluations];
  const evaluateIn = async (env: VecEnv, state: PpoState, signal: AbortSignal): Promise<void> => {
    const { iteration, envSteps, actor } = state;
    if (evaluations.some((other) => other.iteration === iteration && !(other.episodes < env.count))) return;
    to.begin();
    const result = await evaluation(policy, actor, env, { seed, signal });
    evaluations.push({ iteration, envSteps, ...result });
    to.say(`${iterationName(iteration)}: evaluation: ${describe(result)}`);
    if (isBest(evaluations)) await savePolicy(run, state, 'best');
    await to.log({ iteration, 'time/env_steps': envSteps, ...evaluationRow(result) });
    await writeCurves(fileIn(folder, 'learning-curve.svg'), [readRun(folder.dir)]);
    await to.film({ spec, params: actor, frozen });
  };
  return {
    evaluations,
    evaluate: (state, signal) => evaluateIn(all, state, signal),
    glance: (state, signal) => evaluateIn(few, state, signal),
    close: async () => void (await Promise.all([...new Set([all, few])].map((env) => env.close()))),
  };
}
