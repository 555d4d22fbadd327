import type { TrainState } from '@dppo/agent';
import { compile } from '@dppo/engine';

import { isBest } from './early-stopping.ts';
import { environmentFor } from './environment.ts';
import { describe, evaluation, evaluationRow } from './evaluate.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { iterationName } from './finetune-report.ts';
import { type FinetuneRun, savePolicy } from './finetune-run.ts';
import type { Evaluated } from './metrics-file.ts';
import type { metricsLog } from './metrics-log.ts';
import { fileIn } from './run-folder.ts';
import { writeCurves } from './write-curves.ts';

/** Evaluates a run in environments of its own. */
export interface Evaluator {
  /** The evaluations so far. */
  readonly evaluations: readonly Evaluated[];
  /** Adds an evaluation to the run's metrics and curve, and keeps the policy if it is the best. */
  evaluate(state: TrainState, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function evaluator(
  run: FinetuneRun,
  { seed, evalEpisodes: count, workers }: FinetuneOptions,
  { say, log }: { readonly say: (line: string) => void; readonly log: ReturnType<typeof metricsLog> },
): Promise<Evaluator> {
  const { folder, spec, policy } = run;
  const { actSteps } = spec;
  const env = await environmentFor(spec, { count, workers });
  const best = compile(policy.best);
  const evaluations = [...run.evaluations];
  return {
    evaluations,
    close: () => env.close(),
    evaluate: async (state, signal) => {
      const { iteration, envSteps, actor } = state;
      const result = await evaluation(policy, actor, env, { seed, actSteps, best, signal });
      evaluations.push({ iteration, envSteps, ...result });
      say(`${iterationName(iteration)}: evaluation: ${describe(result)}`);
      if (isBest(evaluations)) await savePolicy(run, state, 'best');
      await log({ iteration, 'time/env_steps': envSteps, ...evaluationRow(result) });
      await writeCurves(fileIn(folder, 'learning-curve.svg'), [{ name: 'this run', evaluations }]);
    },
  };
}
