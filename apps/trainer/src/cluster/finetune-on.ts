import { split } from '@dppo/agent';
import type { SteppedSpec } from '@dppo/policy';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { nameOf } from '../tasks/task-place.ts';
import { backendHere } from './backend-here.ts';
import { digestOfOwn } from './description.ts';
import { type Joined, joined } from './joined.ts';

/**
 * Connects a fine-tuning of these settled options to its workers.
 *
 * @throws Error in one sentence where the server cannot be used, the run has a learner, or its episodes cannot go on elsewhere
 */
export async function finetuneOn(
  spec: SteppedSpec,
  cluster: string,
  { training, say }: { readonly training: FinetuneOptions; readonly say: (line: string) => void },
): Promise<Joined> {
  const { threads, nEnvs, shards, envTimeout, resetAtIteration } = training;
  const [{ length: rows }] = split([...Array(nEnvs).keys()], shards);
  const own = await digestOfOwn(spec);
  const described = { spec, own, ...backendHere(threads), rows, envTimeout, training };
  const found = await joined(cluster, training, described, say);
  if (found.probe.isSavable || resetAtIteration) return found;
  await found.close();
  throw new Error(
    `environment ${nameOf(spec.task)} has no save and restore, so that its episodes cannot go on elsewhere: --cluster wants --reset-at-iteration with it`,
  );
}
