import { type DiffusionSpec, stepsOf } from '@dppo/policy/head';

import { checkHeld, heldBy } from '../algorithms/held-memory.ts';
import type { FinetuneOptions } from './finetune-options.ts';

type Sized = Pick<FinetuneOptions, 'steps' | 'nEnvs'>;
type Computed = Sized & Pick<FinetuneOptions, 'policy' | 'batchSize' | 'microBatchSize'>;

/** Bytes of the table of an iteration: per chunk what was seen and reached, K′ + 1 states, ln p and order of K′ samples, and six numbers. */
export function iterationBytes({ network, sampler }: DiffusionSpec, { steps, nEnvs }: Sized): number {
  const { condSteps, obsDim, horizonSteps, actionDim } = network;
  const { ftDenoisingSteps = stepsOf(sampler) } = sampler;
  const numbers =
    2 * condSteps * obsDim + (ftDenoisingSteps + 1) * horizonSteps * actionDim + 2 * ftDenoisingSteps + 6;
  return 4 * numbers * steps * nEnvs;
}

/** @throws Error where an iteration does not fit into the memory of this machine */
export function checkMemory(spec: DiffusionSpec, options: Computed, memory?: number): void {
  const { steps, nEnvs, batchSize, microBatchSize, policy } = options;
  const { ftDenoisingSteps = stepsOf(spec.sampler) } = spec.sampler;
  const rows = {
    option: `--micro-batch-size ${microBatchSize}`,
    what: 'what the layers of the network put out for so many rows',
    count: Math.min(microBatchSize, batchSize, steps * nEnvs * ftDenoisingSteps),
  };
  const samples = {
    option: `--steps ${steps} of --n-envs ${nEnvs}`,
    what: 'samples an iteration',
    bytes: iterationBytes(spec, options),
  };
  // Those that are trained, those before, and the two averages of AdamW.
  checkHeld([samples, ...heldBy(spec.network, { policy, copies: 4, rows })], memory);
}
