import { formatTensors } from '@dppo/checkpoint';

import { schedulerOf } from './diffusers-scheduler.ts';
import type { DiffusionFile } from './onnx-policy.ts';
import { referenceNames } from './reference-names.ts';

/** The files of a folder by their names, and what there is to say of them. */
export interface Folder {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly remarks: readonly string[];
}

/** What the numbers of the tests were computed with. */
const tested = '0.35.2';

/**
 * A policy for a loop of one's own with diffusers: scheduler_config.json, of which `from_pretrained` makes the scheduler, and the weights
 * by the names of the reference.
 *
 * @throws Error saying what of the policy has no counterpart there
 */
export function diffusersFolder(file: DiffusionFile): Folder {
  const { kind, config, steps, isImplied, remarks } = schedulerOf(file.spec.sampler);
  const scheduler = { _class_name: `${kind}Scheduler`, _diffusers_version: tested, ...config };
  return {
    files: {
      'scheduler_config.json': jsonOf(scheduler),
      'diffusion_pytorch_model.safetensors': formatTensors(referenceNames(file), { format: 'pt' }),
    },
    remarks: [
      ...remarks,
      `its scheduler takes set_timesteps(${steps})${isImplied ? ', and each step use_clipped_model_output=True' : ''}`,
    ],
  };
}

/** JSON as people read it. */
export function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
