import { type VecEnv, workers } from '@dppo/env';
import type { PolicySpec } from '@dppo/policy/head';

import type { PolicyEnvOptions } from './policy-env.ts';

export interface EnvironmentOptions {
  readonly count: number;
  readonly workers?: number | undefined;
  /** seconds that one environment has for a step, a reset or its making */
  readonly envTimeout?: number | undefined;
}

/** Environments for a policy, stepped in worker threads. */
export function environmentFor(
  { network: { condSteps }, bounds, task }: PolicySpec,
  { count, workers: threads, envTimeout }: EnvironmentOptions,
): Promise<VecEnv> {
  const data: PolicyEnvOptions = { task, bounds, condSteps };
  const module = new URL(
    import.meta.url.endsWith('.ts') ? './policy-env.ts' : './policy-env.js',
    import.meta.url,
  );
  return workers(module, {
    count,
    data,
    ...(envTimeout !== undefined && { timeout: envTimeout }),
    ...(threads !== undefined && { workers: threads }),
  });
}

/** A policy whose episodes are cut after so many steps; after those of its own where there is no number. */
export function cutAt(spec: PolicySpec, maxEpisodeSteps = spec.task.maxEpisodeSteps): PolicySpec {
  return { ...spec, task: { ...spec.task, maxEpisodeSteps } };
}
