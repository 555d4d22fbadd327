import { z } from 'zod';

import { count, file, policyFile } from '../options/shared-options.ts';
import { actingSteps } from '../policy/acting-options.ts';

/** `dppo export` */
export const exportOptions = z.strictObject({
  policy: policyFile,
  ...actingSteps,
  format: z
    .enum(['safetensors', 'onnx', 'onnx-denoiser', 'lerobot', 'diffusers'])
    .describe(
      'safetensors: weights by their PyTorch names; onnx: all steps in one; onnx-denoiser: the network of one step; lerobot: a folder that its DiffusionPolicy reads; diffusers: a folder of weights and scheduler',
    ),
  stateSize: count
    .optional()
    .describe(
      'lerobot: numbers of an observation that are its observation.state; the others are its observation.environment_state [default: all but the last]',
    ),
  out: file.describe('file or folder to write'),
});

export type ExportOptions = z.output<typeof exportOptions>;
