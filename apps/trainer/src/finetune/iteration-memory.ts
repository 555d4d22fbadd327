import type { SteppedSpec } from '@dppo/policy/head';

import { checkHeld, heldBy } from '../algorithms/held-memory.ts';
import { pathSize } from '../algorithms/path-size.ts';
import { criticBy } from '../policy/network-by.ts';
import type { CriticOptions } from '../policy/network-options.ts';
import { criticSize } from '../policy/network-size.ts';
import type { FinetuneOptions } from './finetune-options.ts';

type Sized = Pick<FinetuneOptions, 'steps' | 'nEnvs'>;
type Computed = Sized & CriticOptions & Pick<FinetuneOptions, 'policy' | 'batchSize' | 'microBatchSize'>;

/** Bytes of the table of an iteration: per chunk what was seen and reached, the states of its path, ln p and order of its samples, and six numbers. */
export function iterationBytes({ network, sampler }: SteppedSpec, { steps, nEnvs }: Sized): number {
  const { condSteps, obsDim, horizonSteps, actionDim } = network;
  const { states, samples } = pathSize(sampler);
  const numbers = 2 * condSteps * obsDim + states * horizonSteps * actionDim + 2 * samples + 6;
  return 4 * numbers * steps * nEnvs;
}

/** @throws Error where an iteration does not fit into the memory of this machine */
export function checkMemory(spec: SteppedSpec, options: Computed, memory?: number): void {
  const { steps, nEnvs, batchSize, microBatchSize, policy } = options;
  const rows = {
    option: `--micro-batch-size ${microBatchSize}`,
    what: 'what the layers of the network put out for so many rows',
    count: Math.min(microBatchSize, batchSize, steps * nEnvs * pathSize(spec.sampler).samples),
  };
  const samples = {
    option: `--steps ${steps} of --n-envs ${nEnvs}`,
    what: 'samples an iteration',
    bytes: iterationBytes(spec, options),
  };
  const size = criticSize(criticBy(spec.network, options));
  // Of the policy those that are trained, those before, and the two averages of AdamW; of the critic none before.
  const critic = {
    option: `--critic-hidden ${options.criticHidden.join()}`,
    what: 'weights of the critic',
    bytes: 4 * 3 * size.weights,
  };
  const valued = {
    option: rows.option,
    what: 'what the layers of the critic put out for so many rows',
    bytes: 4 * size.outputs * rows.count,
  };
  checkHeld([samples, ...heldBy(spec.network, { policy, copies: 4, rows }), critic, valued], memory);
}
