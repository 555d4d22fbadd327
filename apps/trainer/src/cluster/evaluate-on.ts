import type { Episode } from '@dppo/agent';
import { formatPolicy } from '@dppo/policy';

import type { Playing } from '../runs/evaluate.ts';
import type { EvaluateOptions } from '../runs/evaluate-options.ts';
import { stopOnSignals } from '../runs/stop-signal.ts';
import { digestOfOwn, withoutPath } from './description.ts';
import { checkDiverged } from './diverged.ts';
import { formatEvaluation, parseEpisodes } from './evaluation-task.ts';
import { joined } from './joined.ts';

/** The episodes of an evaluation, played by the workers of a cluster. */
export async function evaluateOn(
  url: string,
  { file, described, parts }: Playing,
  options: EvaluateOptions,
  say: (line: string) => void,
): Promise<Episode[]> {
  const { seed } = options;
  const own = await digestOfOwn(file.spec);
  const { cluster, description, waiting, close } = await joined(url, options, { ...described, own }, say);
  const stop = stopOnSignals(say);
  try {
    const policy = await cluster.share(formatPolicy({ ...file, spec: withoutPath(file.spec) }));
    const asked = parts.map(({ 0: first, length: count }) => ({ seed, first, count }));
    const tasks = asked.map((part) => ({
      kind: 'evaluation',
      shared: [description, policy],
      data: formatEvaluation(part),
    }));
    const results = await waiting(cluster.map(tasks, stop));
    checkDiverged(results);
    return results.flatMap((bytes, i) => parseEpisodes(bytes, asked[i]));
  } finally {
    stop.release();
    await close();
  }
}
