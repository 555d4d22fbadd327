import { gymnasium, type GymnasiumEnv, type Space } from '@dppo/gymnasium';
import type { PolicySpec } from '@dppo/policy/head';

import type { EnvironmentOptions, Task } from './task.ts';

/** The Python that has Gymnasium. */
const python = (): string => process.env['DPPO_PYTHON'] ?? 'python3';

/** Sizes and ranges of an environment of Gymnasium, as it says them; −1 … 1 where it says none. */
export async function gymnasiumTask(id: string, envTimeout?: number): Promise<Task> {
  const env = await gymnasium(id, { count: 1, python: python(), ...timeoutOf(envTimeout) });
  await env.close();
  const [obs, action] = [rangeOf(env.obsSpace), rangeOf(env.actionSpace)];
  return {
    obsDim: env.obsShape[1],
    actionDim: env.actionShape[1],
    bounds: { obsMin: obs.min, obsMax: obs.max, actionMin: action.min, actionMax: action.max },
    make: async () => {
      throw new Error(`environment gym:${id}: runs in Python, wanted one of dppo's own or with draw()`);
    },
  };
}

/** Environments of Gymnasium for a policy, stepped in Python processes. */
export function gymnasiumFor(
  id: string,
  spec: PolicySpec,
  { count, workers, envTimeout }: EnvironmentOptions,
): Promise<GymnasiumEnv> {
  const processes = workers === undefined ? {} : { processes: Math.max(1, workers) };
  return gymnasium(id, { count, ...actingBy(spec), ...processes, ...timeoutOf(envTimeout) });
}

/** An environment of Gymnasium for a policy, which draws itself. */
export function drawnGymnasium(id: string, spec: PolicySpec): Promise<GymnasiumEnv> {
  return gymnasium(id, { count: 1, draw: true, ...actingBy(spec) });
}

function actingBy({ network: { condSteps }, bounds, task: { actSteps, maxEpisodeSteps } }: PolicySpec) {
  return { condSteps, actSteps, maxEpisodeSteps, bounds, python: python() };
}

function timeoutOf(envTimeout: number | undefined): { readonly timeout?: number } {
  return envTimeout === undefined ? {} : { timeout: envTimeout };
}

function rangeOf({ low, high }: Space): { readonly min: number[]; readonly max: number[] } {
  const isBounded = low.map((value, d) => Number.isFinite(high[d] - value));
  return {
    min: low.map((value, d) => (isBounded[d] ? value : -1)),
    max: high.map((value, d) => (isBounded[d] ? value : 1)),
  };
}
