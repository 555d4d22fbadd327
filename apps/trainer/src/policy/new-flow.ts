import type { FlowSpec, TaskPlace } from '@dppo/policy/head';

import { given, refuseGiven } from '../options/given.ts';
import type { Task } from '../tasks/task.ts';
import { checkNetwork, networkBy } from './network-by.ts';
import type { Shape } from './new-policy.ts';

/**
 * The description of a flow that nobody trained yet, with the clips of ReinFlow where the options say no others.
 *
 * @throws Error naming an option of which no network can be made, or that a flow has no use for
 */
export function newFlow(
  place: TaskPlace,
  { obsDim, actionDim }: Pick<Task, 'obsDim' | 'actionDim'>,
  bounds: FlowSpec['bounds'],
  options: Shape,
): FlowSpec {
  refuseGiven({ ...options }, ['predictEpsilon'], 'it left out: a flow tells velocities');
  const { denoisingSteps: steps, denoisedClipValue = 1, finalActionClipValue = 1 } = options;
  const { actSteps, maxEpisodeSteps } = options;
  const network = networkBy(options, { ...options, obsDim, actionDim });
  checkNetwork(network, { ...options });
  const clips = given({
    clipMean: denoisedClipValue ?? undefined,
    clipAction: finalActionClipValue ?? undefined,
  });
  return {
    network,
    sampler: { kind: 'flow', steps, clipNoise: 3, ...clips },
    bounds,
    task: { ...place, actSteps, maxEpisodeSteps },
  };
}
