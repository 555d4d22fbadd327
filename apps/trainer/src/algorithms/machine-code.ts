import type { FinetuneOptions } from '../commands/finetune.ts';
import type { DiffusionSpec } from '../policy/policy-spec.ts';

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
  spec: DiffusionSpec,
  { rows, epochs }: { readonly rows: number; readonly epochs: number },
): number {
  return 6 * productsOf(spec) * rows * epochs;
}

/** Operations of a fine-tuning: sampling with all denoising steps, then updates of those that are tuned. */
export function finetuningOperations(
  spec: DiffusionSpec,
  { iterations, steps, nEnvs, updateEpochs }: FinetuneOptions,
): number {
  const { denoisingSteps, ftDenoisingSteps = denoisingSteps } = spec;
  const ofChunk = 2 * denoisingSteps + 6 * ftDenoisingSteps * updateEpochs;
  return productsOf(spec) * ofChunk * iterations * steps * nEnvs;
}

/** Products that the network computes for one row: of an MLP its weights; of a U-Net about those of its convolutions. */
function productsOf({ network, hidden, ...spec }: DiffusionSpec): number {
  const { condSteps, obsDim, horizonSteps, actionDim, timeDim } = spec;
  if (network?.kind === 'unet') {
    const { dim, dimMults, kernelSize } = network;
    // Down and up, two blocks each of two convolutions.
    return dimMults.reduce((sum, times) => sum + 8 * kernelSize * (dim * times) ** 2, 0) * horizonSteps;
  }
  const chunk = horizonSteps * actionDim;
  const sizes = [condSteps * obsDim + timeDim + chunk, ...hidden, chunk];
  return sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i], 0);
}
