import type { ActorCritic } from '@dppo/agent';
import { valueMlp } from '@dppo/nn';
import type { PolicySpec } from '@dppo/policy';

/** The critic that the reference gives such a policy: of a Gaussian one a network like its own. */
export function criticOf({ network }: PolicySpec): ActorCritic['critic'] {
  const { obsDim, condSteps } = network;
  return valueMlp(network.kind === 'gaussian' ? network : { obsDim, condSteps });
}
