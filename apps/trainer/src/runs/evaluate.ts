import { compiled } from '@dppo/agent';
import { compile } from '@dppo/engine';

import { startBackend } from '../backend.ts';
import type { EvaluateOptions } from '../commands/evaluate.ts';
import { type Live, noLive } from '../output/live.ts';
import { policyOf, readPolicy } from '../policy/policy-file.ts';
import { environmentFor } from '../tasks/environment.ts';
import { describe, evaluation, evaluationRow } from './evaluation.ts';

/** `dppo evaluate` */
export async function evaluate(
  options: EvaluateOptions,
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const file = await readPolicy(options.policy);
  const env = await environmentFor(
    { ...file.spec, maxEpisodeSteps: options.maxEpisodeSteps ?? file.spec.maxEpisodeSteps },
    { count: options.episodes, workers: options.workers },
  );
  try {
    const policy = compiled(policyOf(file), compile);
    const result = await evaluation(policy, file.actor, env, { seed: options.seed });
    say(describe(result));
    row(evaluationRow(result));
  } finally {
    await env.close();
  }
}
