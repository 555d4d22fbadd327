import type { DiffusionSpec, TaskPlace } from '@dppo/policy/head';

import type { Task } from '../tasks/task.ts';
import { checkNetwork, networkBy } from './network-by.ts';
import type { NetworkOptions } from './network-options.ts';
import { samplerBy } from './sampler-by.ts';
import type { SamplerOptions } from './sampler-options.ts';

/** What options say of a policy that is new. */
export interface Shape extends SamplerOptions, NetworkOptions {
  readonly denoisingSteps: number;
  readonly predictEpsilon?: boolean | undefined;
  readonly condSteps: number;
  readonly horizonSteps: number;
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

/**
 * The description of a policy that nobody trained yet, with the clips of the reference where the options say no others.
 *
 * @throws Error naming an option of which no network can be made, or that it has no use for
 */
export function newPolicy(
  place: TaskPlace,
  { obsDim, actionDim }: Pick<Task, 'obsDim' | 'actionDim'>,
  bounds: DiffusionSpec['bounds'],
  options: Shape,
): DiffusionSpec {
  const { denoisingSteps, predictEpsilon = true, actSteps, maxEpisodeSteps } = options;
  const network = networkBy(options, { ...options, obsDim, actionDim });
  checkNetwork(network, { ...options });
  const told = predictEpsilon ? {} : ({ prediction: 'x0' } as const);
  return {
    network,
    sampler: samplerBy({ kind: 'ddpm', denoisingSteps, ...told, clipX0: 1, clipNoise: 3 }, options),
    bounds,
    task: { ...place, actSteps, maxEpisodeSteps },
  };
}
