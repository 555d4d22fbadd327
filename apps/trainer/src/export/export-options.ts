import { z } from 'zod';

import { file, policy } from '../options/shared-options.ts';

/** `dppo export` */
export const exportOptions = z.strictObject({
  policy,
  format: z
    .enum(['safetensors', 'onnx', 'onnx-denoiser'])
    .describe(
      'safetensors: weights by their PyTorch names; onnx: the whole denoising loop; onnx-denoiser: the network of one step',
    ),
  out: file.describe('file to write'),
});
