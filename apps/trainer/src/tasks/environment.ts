import { type VecEnv, workers } from '@dppo/env';
import type { PolicySpec } from '@dppo/policy/head';

import { gymnasiumFor } from './gymnasium-task.ts';
import type { PolicyEnvOptions } from './policy-env.ts';
import type { EnvironmentOptions } from './task.ts';
import { namedTask } from './tasks.ts';

/** Environments for a policy, stepped in worker threads, or in processes of Python. */
export async function environmentFor(spec: PolicySpec, options: EnvironmentOptions): Promise<VecEnv> {
  const { network, bounds, task } = spec;
  if (task.kind === 'gymnasium') return gymnasiumFor(task.id, spec, options);
  if (task.kind === 'named') await namedTask(task.name).prepare?.();
  const { count, workers: threads, envTimeout } = options;
  const data: PolicyEnvOptions = { task, bounds, condSteps: network.condSteps };
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
