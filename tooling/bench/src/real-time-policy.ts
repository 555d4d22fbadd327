import { compiled, deploy, type Deployed, diffusionPolicy } from '@dppo/agent';
import { ddimSteps, ddpmSteps, tableSampler } from '@dppo/diffusion';

import { hopperPreset } from './hopper-preset.ts';
import { shapes } from './job.ts';

/** The network of the Hopper preset as a policy of so many steps: DDPM where that is all 20, else DDIM. Its weights are not trained. */
export function realTimePolicy(steps: number): Deployed {
  const { agent, network, params, schedule, denoisingSteps } = hopperPreset();
  const { compile = (f) => f } = agent;
  const table = steps === denoisingSteps ? ddpmSteps(schedule) : ddimSteps(schedule, steps);
  const sampler = tableSampler(table);
  const policy = diffusionPolicy({ ...shapes, network, frozen: params.actor, sampler });
  return deploy(compiled(policy, compile), params.actor, { ...shapes, seed: 1 });
}
