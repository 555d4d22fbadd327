import { type DenoiserSpec, type DiffusionSpec, stepsOf } from '@dppo/policy/head';

import type { FinetuneOptions } from '../commands/finetune.ts';

/**
 * Floating-point operations from which machine code saves more than it costs to make. MEASURED
 */
const breakEven = 1e12;

/** `--jit` as it was given, or whether the work that the options announce is worth machine code: no clock decides, so that runs repeat. */
export function machineCode(jit: 'auto' | boolean, operations: number): boolean {
  return jit === 'auto' ? operations > breakEven : jit;
}

/** Operations of a pre-training on so many steps of demonstrations: forwards and backwards, two a weight and thrice that. */
export function pretrainingOperations(
  { network }: DiffusionSpec,
  { rows, epochs }: { readonly rows: number; readonly epochs: number },
): number {
  return 6 * productsOf(network) * rows * epochs;
}

/** Operations of a fine-tuning: sampling with all denoising steps, then updates of those that are tuned. */
export function finetuningOperations(
  { network, sampler }: DiffusionSpec,
  { iterations, steps, nEnvs, updateEpochs }: FinetuneOptions,
): number {
  const denoisingSteps = stepsOf(sampler);
  const { ftDenoisingSteps = denoisingSteps } = sampler;
  const ofChunk = 2 * denoisingSteps + 6 * ftDenoisingSteps * updateEpochs;
  return productsOf(network) * ofChunk * iterations * steps * nEnvs;
}

/** Products that the network computes for one row: of an MLP its weights; of a U-Net about those of its convolutions. */
function productsOf(network: DenoiserSpec): number {
  const { condSteps, obsDim, horizonSteps, actionDim } = network;
  if (network.kind === 'unet') {
    const { dim = 32, dimMults = [1, 2, 4, 8], kernelSize = 5 } = network;
    // Down and up, two blocks each of two convolutions.
    return dimMults.reduce((sum, times) => sum + 8 * kernelSize * (dim * times) ** 2, 0) * horizonSteps;
  }
  const { timeDim = 16, hidden = [512, 512, 512] } = network;
  const chunk = horizonSteps * actionDim;
  const sizes = [condSteps * obsDim + timeDim + chunk, ...hidden, chunk];
  return sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i], 0);
}
