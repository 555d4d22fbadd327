import { z } from 'zod';

import { learning } from '../cluster/cluster-options.ts';
import { atMost, bounded } from '../options/relation.ts';
import {
  backend,
  count,
  episodes,
  policyFile,
  policyEpisodeSteps,
  seed,
  threads,
  workers,
  envTimeout,
} from '../options/shared-options.ts';

import { actingSteps } from '../policy/acting-options.ts';

/** `dppo evaluate` */
export const evaluateOptions = bounded(
  z.strictObject({
    policy: policyFile,
    ...actingSteps,
    backend,
    threads,
    seed,
    maxEpisodeSteps: policyEpisodeSteps,
    workers,
    envTimeout,
    episodes: episodes.default(40).describe('whole episodes, deterministic sampling'),
    shards: count
      .default(1)
      .describe(
        'groups of episodes that are acted for apart, at most as many as episodes; another number rounds otherwise',
      ),
    ...learning,
  }),
  [atMost('shards', 'episodes', 'each has at least one')],
);

export type EvaluateOptions = z.output<typeof evaluateOptions>;
