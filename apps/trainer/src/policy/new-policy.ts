import type { DiffusionSpec, TaskPlace } from '@dppo/policy/head';

import type { Task } from '../tasks/task.ts';
import { samplerBy } from './sampler-by.ts';
import type { SamplerOptions } from './sampler-options.ts';

/** What options say of a policy that is new. */
interface Shape extends SamplerOptions {
  readonly denoisingSteps: number;
  readonly condSteps: number;
  readonly horizonSteps: number;
  readonly timeDim: number;
  readonly hidden: readonly number[];
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

/** The description of a policy that nobody trained yet: DDPM over an MLP, with the clips of the reference. */
export function newPolicy(
  place: TaskPlace,
  { obsDim, actionDim }: Pick<Task, 'obsDim' | 'actionDim'>,
  bounds: DiffusionSpec['bounds'],
  options: Shape,
): DiffusionSpec {
  const { denoisingSteps, actSteps, maxEpisodeSteps, condSteps, horizonSteps, timeDim, hidden } = options;
  return {
    network: { kind: 'mlp', obsDim, actionDim, condSteps, horizonSteps, timeDim, hidden },
    sampler: samplerBy({ kind: 'ddpm', denoisingSteps, clipX0: 1, clipNoise: 3 }, options),
    bounds,
    task: { ...place, actSteps, maxEpisodeSteps },
  };
}
