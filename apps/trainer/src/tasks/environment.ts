import { type VecEnv, workers } from '@dppo/env';

import type { PolicyEnvOptions } from './policy-env.ts';
import type { PolicySpec } from '../policy/policy-file.ts';

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
    bounds: {
      obsMin: Float32Array.from(bounds.obsMin),
      obsMax: Float32Array.from(bounds.obsMax),
      actionMin: Float32Array.from(bounds.actionMin),
      actionMax: Float32Array.from(bounds.actionMax),
    },
  };
  const module = new URL(
    import.meta.url.endsWith('.ts') ? './policy-env.ts' : './policy-env.js',
    import.meta.url,
  );
  return workers(module, { count, data, ...(threads !== undefined && { workers: threads }) });
}
