import { totalmem } from 'node:os';

import { type DiffusionSpec, stepsOf } from '@dppo/policy/head';

import type { FinetuneOptions } from './finetune-options.ts';

/** Bytes of the table of an iteration: per chunk what was seen and reached, K′ + 1 states, ln p and order of K′ samples, and six numbers. */
export function iterationBytes(
  { network, sampler }: DiffusionSpec,
  { steps, nEnvs }: Pick<FinetuneOptions, 'steps' | 'nEnvs'>,
): number {
  const { condSteps, obsDim, horizonSteps, actionDim } = network;
  const { ftDenoisingSteps = stepsOf(sampler) } = sampler;
  const numbers =
    2 * condSteps * obsDim + (ftDenoisingSteps + 1) * horizonSteps * actionDim + 2 * ftDenoisingSteps + 6;
  return 4 * numbers * steps * nEnvs;
}

/** @throws Error where an iteration does not fit into the memory of this machine */
export function checkMemory(
  spec: DiffusionSpec,
  options: Pick<FinetuneOptions, 'steps' | 'nEnvs'>,
  memory = totalmem(),
): void {
  const bytes = iterationBytes(spec, options);
  if (bytes <= memory) return;
  const [found, wanted] = [bytes, memory].map((size) => `${(size / 1e9).toPrecision(3)} GB`);
  const { steps, nEnvs } = options;
  throw new Error(
    `--steps ${steps} of --n-envs ${nEnvs}: found ${found} of samples an iteration, wanted at most ${wanted}, the memory of this machine`,
  );
}
