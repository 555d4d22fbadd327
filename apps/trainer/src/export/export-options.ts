import { z } from 'zod';

import { file, policyFile } from '../options/shared-options.ts';
import { ddimInstead } from '../policy/sampler-options.ts';

/** `dppo export` */
export const exportOptions = z.strictObject({
  policy: policyFile,
  ddimSteps: ddimInstead,
  format: z
    .enum(['safetensors', 'onnx', 'onnx-denoiser'])
    .describe(
      'safetensors: weights by their PyTorch names; onnx: the whole denoising loop; onnx-denoiser: the network of one step',
    ),
  out: file.describe('file to write'),
});

export type ExportOptions = z.output<typeof exportOptions>;
