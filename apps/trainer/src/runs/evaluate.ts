import { compiled, type Episode, evaluate as evaluateEpisodes, split } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { type PolicyFile, policyOf, readPolicy } from '@dppo/policy';

import { startThreads } from '../backend.ts';
import { runHere } from '../cluster/run-here.ts';
import { type Live, noLive } from '../output/live.ts';
import { acting } from '../policy/acting-spec.ts';
import { backendHere } from '../cluster/backend-here.ts';
import type { Description } from '../cluster/description.ts';
import { cutAt } from '../tasks/environment.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { describe, evaluationOf, evaluationRow } from './evaluation.ts';

/** `dppo evaluate` */
export async function evaluate(
  given: EvaluateOptions,
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): Promise<void> {
  const options = await startThreads(given, say);
  const file = acting(await readPolicy(options.policy), options);
  const spec = cutAt(file.spec, options.maxEpisodeSteps);
  const { episodes, shards, threads, envTimeout, cluster } = options;
  const parts = split([...Array(episodes).keys()], shards);
  const described = { spec, ...backendHere(threads), rows: parts[0].length, envTimeout };
  const playing = { file: { ...file, spec }, described, parts };
  const result = evaluationOf(
    cluster === undefined
      ? await playedHere(playing, options)
      : await (await import('../cluster/evaluate-on.ts')).evaluateOn(cluster, playing, options, say),
  );
  say(describe(result));
  row(evaluationRow(result));
}

/** What is played: by what, and which episodes together. */
export interface Playing {
  readonly file: PolicyFile;
  readonly described: Description;
  readonly parts: readonly (readonly number[])[];
}

async function playedHere(
  { file, described, parts }: Playing,
  { seed, workers }: EvaluateOptions,
): Promise<Episode[]> {
  const run = runHere(described, file.spec, workers);
  const policy = compiled(policyOf(file), compile);
  const played: Episode[] = [];
  try {
    for (const { 0: first, length: count } of parts) {
      const episodes = await run.inEnvironments(count, (env) =>
        evaluateEpisodes(policy, file.params, env, { seed, first }),
      );
      played.push(...episodes);
    }
  } finally {
    await run.close();
  }
  return played;
}
