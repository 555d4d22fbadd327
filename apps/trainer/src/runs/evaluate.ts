import { compiled } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { policyOf, readPolicy } from '@dppo/policy';

import { startThreads } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { acting } from '../policy/acting-spec.ts';
import { cutAt, environmentFor } from '../tasks/environment.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { describe, evaluation, evaluationRow } from './evaluation.ts';

/** `dppo evaluate` */
export async function evaluate(
  options: EvaluateOptions,
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): Promise<void> {
  await startThreads(options, say);
  const file = acting(await readPolicy(options.policy), options);
  const { episodes: count, workers, envTimeout } = options;
  const spec = cutAt(file.spec, options.maxEpisodeSteps);
  const env = await environmentFor(spec, { count, workers, envTimeout });
  try {
    const policy = compiled(policyOf(file), compile);
    const result = await evaluation(policy, file.params, env, { seed: options.seed });
    say(describe(result));
    row(evaluationRow(result));
  } finally {
    await env.close();
  }
}
