import { startThreads } from '../backend.ts';
import { backendHere } from '../cluster/backend-here.ts';
import { type Joined, joined } from '../cluster/joined.ts';
import { settled, startingSpec } from '../finetune/starting-spec.ts';
import type { Plan } from './plan.ts';
import { optionsOf } from './plan.ts';
import type { SweepOptions } from './sweep-options.ts';

/**
 * Connects a sweep to its workers, which have to compute the numbers of its first configuration as this machine does.
 *
 * @throws Error in one sentence where the server cannot be used, or the sweep is under way elsewhere
 */
export async function sweepOn(
  { configurations: [{ line }] }: Plan,
  options: SweepOptions,
  say: (line: string) => void,
): Promise<Joined> {
  const { cluster = '', threads } = options;
  const { options: training } = await settled(optionsOf(line));
  const { backend, nEnvs: rows, envTimeout } = training;
  const started = await startThreads({ backend, threads }, say);
  const spec = await startingSpec(training);
  return joined(
    cluster,
    { ...options, verify: 0 },
    { spec, ...backendHere(started.threads), rows, envTimeout, training },
    say,
  );
}
