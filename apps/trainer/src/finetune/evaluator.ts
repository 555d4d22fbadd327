import { compiled, type PpoState } from '@dppo/agent';
import { compile } from '@dppo/engine';

import type { FinetuneOptions } from '../commands/finetune.ts';
import { writeCurves } from '../pictures/write-curves.ts';
import { isBest } from '../runs/early-stopping.ts';
import { describe, evaluation, evaluationRow } from '../runs/evaluation.ts';
import { type FinetuneRun, savePolicy } from '../runs/finetune-run.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import type { metricsLog } from '../runs/metrics-log.ts';
import { fileIn } from '../runs/run-folder.ts';
import { environmentFor } from '../tasks/environment.ts';
import { iterationName } from './finetune-report.ts';

/** Evaluates a run in environments of its own. */
export interface Evaluator {
  /** The evaluations so far. */
  readonly evaluations: readonly Evaluated[];
  /** Whether the policy was evaluated after this iteration. */
  has(iteration: number): boolean;
  /** Adds an evaluation to the run's metrics and curve, and keeps the policy if it is the best. */
  evaluate(state: PpoState, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function evaluator(
  run: FinetuneRun,
  options: FinetuneOptions,
  { say, log }: { readonly say: (line: string) => void; readonly log: ReturnType<typeof metricsLog> },
): Promise<Evaluator> {
  const { seed, evalEpisodes: count, workers } = options;
  const { folder, spec } = run;
  const env = await environmentFor(spec, { count, workers });
  // As `dppo evaluate` computes it, to the last bit: machine code rounds in another way.
  const policy = compiled(run.policy, compile);
  const evaluations = [...run.evaluations];
  return {
    evaluations,
    has: (iteration) => evaluations.some((other) => other.iteration === iteration),
    close: () => env.close(),
    evaluate: async (state, signal) => {
      const { iteration, envSteps, actor } = state;
      const result = await evaluation(policy, actor, env, { seed, signal });
      evaluations.push({ iteration, envSteps, ...result });
      say(`${iterationName(iteration)}: evaluation: ${describe(result)}`);
      if (isBest(evaluations)) await savePolicy(run, state, 'best');
      await log({ iteration, 'time/env_steps': envSteps, ...evaluationRow(result) });
      await writeCurves(fileIn(folder, 'learning-curve.svg'), [{ name: 'this run', evaluations }]);
    },
  };
}
