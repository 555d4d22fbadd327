import { type Algorithm, ppo, type PpoState } from '@dppo/agent';

import { clusterGradients } from '../cluster/cluster-gradients.ts';
import type { Joined } from '../cluster/joined.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import type { FinetuneRun } from './finetune-run.ts';

/** What trains in a run: workers compute its gradients where there are some, and parts for them. */
export async function algorithmFor(
  { algorithm, agent, told, frozen }: Pick<FinetuneRun, 'algorithm' | 'agent' | 'told' | 'frozen'>,
  { gradientParts }: Pick<FinetuneOptions, 'gradientParts'>,
  joined: Joined | undefined,
): Promise<Algorithm<PpoState>> {
  if (joined === undefined || gradientParts === 1) return algorithm;
  return ppo({ ...agent, gradients: await clusterGradients(joined, frozen) }, told);
}
