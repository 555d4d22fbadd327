import { type Algorithm, type Gradients, ppo, type PpoState } from '@dppo/agent';

import { clusterGradients } from '../cluster/cluster-gradients.ts';
import type { Joined } from '../cluster/joined.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import type { FinetuneRun } from './finetune-run.ts';
import { orHow } from './or-how.ts';

/** What trains in a run: workers compute its gradients where there are some, and parts for them. */
export async function algorithmFor(
  { algorithm, agent, told, frozen, folder }: FinetuneRun,
  { gradientParts }: Pick<FinetuneOptions, 'gradientParts'>,
  joined: Joined | undefined,
): Promise<Algorithm<PpoState>> {
  if (joined === undefined || gradientParts === 1) return algorithm;
  const there = await clusterGradients(joined, frozen);
  const gradients: Gradients = {
    begin: async (experience) => {
      const update = await orHow(folder, there.begin(experience), undefined);
      return { ...update, of: (...asked) => orHow(folder, update.of(...asked), asked[2]) };
    },
  };
  return ppo({ ...agent, gradients }, told);
}
