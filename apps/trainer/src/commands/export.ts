import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { file, policyFile } from '../options/shared-options.ts';
import { checkOut } from '../runs/check-out.ts';
import { diffusionOf, policyIn } from '../runs/policy-in.ts';

/** `dppo export` */
export const exportOptions = z.strictObject({
  policy: policyFile,
  format: z
    .enum(['safetensors', 'onnx', 'onnx-denoiser'])
    .describe(
      'safetensors: weights by their PyTorch names; onnx: the whole denoising loop; onnx-denoiser: the network of one step',
    ),
  out: file.describe('file to write'),
});

export type ExportOptions = z.output<typeof exportOptions>;

/** @throws Error where the policy is none of diffusion, or there is no room for the file */
export async function check(options: ExportOptions): Promise<{ readonly options: ExportOptions }> {
  const policy = policyIn(options.policy);
  diffusionOf(policy, (await readHead(policy)).spec);
  checkOut(options.out, '--out');
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, exportOptions, {
      check,
      run: async ({ options }, { say }) => (await import('../export/export.ts')).exportPolicy(options, say),
    }),
    'policy',
  );
