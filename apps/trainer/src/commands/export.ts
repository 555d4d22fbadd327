import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
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

export type ExportOptions = z.output<typeof exportOptions>;

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, exportOptions, async (options, { say }) =>
      (await import('../export/export.ts')).exportPolicy(options, say),
    ),
    'policy',
  );
