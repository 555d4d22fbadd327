import { type VecEnv, workers } from '@dppo/env';

import { type PolicySpec, rangesOf } from '../policy/policy-spec.ts';
import type { PolicyEnvOptions } from './policy-env.ts';

export interface EnvironmentOptions {
  readonly count: number;
  readonly workers?: number | undefined;
}

/** Environments for a policy, stepped in worker threads. */
export function environmentFor(
  { environment, bounds, condSteps, actSteps, maxEpisodeSteps }: PolicySpec,
  { count, workers: threads }: EnvironmentOptions,
): Promise<VecEnv> {
  const data: PolicyEnvOptions = {
    environment,
    condSteps,
    actSteps,
    maxEpisodeSteps,
    bounds: rangesOf({ bounds }),
  };
  const module = new URL(
    import.meta.url.endsWith('.ts') ? './policy-env.ts' : './policy-env.js',
    import.meta.url,
  );
  return workers(module, { count, data, ...(threads !== undefined && { workers: threads }) });
}
