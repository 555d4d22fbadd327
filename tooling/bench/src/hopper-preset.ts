import { diffusionPolicy, dppoDefaults, type Policy } from '@dppo/agent';
import { cosineSchedule, ddimSteps, ddpmSteps, type Schedule, tableSampler } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';

import { actorFlops, type Job, jobOf, shapes, type Sizes } from './job.ts';

/** The reference's Hopper job, or a larger or smaller one. */
export interface HopperPreset extends Job {
  readonly denoisingSteps: number;
  /** The same network with five DDIM steps. */
  readonly quickPolicy: Policy;
  readonly network: ReturnType<typeof denoiserMlp>;
  readonly schedule: Schedule;
}

/** Makes its weights on the backend that is chosen by then. */
export function hopperPreset(sizes: Sizes = {}): HopperPreset {
  const {
    denoisingSteps = 20,
    ftDenoisingSteps = 10,
    width = 512,
    batchSize = 50_000,
    microBatchSize = 1000,
  } = sizes;
  const network = denoiserMlp({ ...shapes, timeDim: 16, hidden: [width, width, width] });
  const schedule = cosineSchedule(denoisingSteps);
  const policyOptions = { ...shapes, network, frozen: network.init(1) };
  const sampler = tableSampler(ddpmSteps(schedule));
  const step = actorFlops(width);
  const job = jobOf(sizes, {
    suffix: '',
    policy: diffusionPolicy({ ...policyOptions, sampler, ftDenoisingSteps }),
    options: { ...dppoDefaults, targetKl: Infinity, batchSize, microBatchSize },
    flops: { step, chunk: denoisingSteps * step, sample: step },
  });
  return {
    ...job,
    denoisingSteps,
    quickPolicy: diffusionPolicy({ ...policyOptions, sampler: tableSampler(ddimSteps(schedule, 5)) }),
    network,
    schedule,
  };
}
