import { acting, sampling } from './collect-phases.ts';
import { iteration } from './environment-phases.ts';
import { hopperFlow } from './hopper-flow.ts';
import type { Sizes } from './job.ts';
import type { Phase } from './phase.ts';
import { minibatchPhases } from './update-phases.ts';

/** A flow in four, two and one steps: one robot's chunk, those of all environments, a minibatch and an iteration. */
export function flowPhases(sizes: Sizes): Phase[] {
  const jobs = [4, 2, 1].map((steps) => hopperFlow(steps, sizes));
  return [
    ...jobs.map((job) => acting(`act${job.suffix}`, job, job.agent.policy)),
    ...jobs.map((job) => sampling(job, job.nEnvs)),
    ...jobs.flatMap(minibatchPhases),
    ...jobs.map(iteration),
  ];
}
