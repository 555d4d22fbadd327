import { z } from 'zod';

import { file } from '../options/shared-options.ts';

const read = {
  data: file.describe(
    'demonstrations: robomimic, D4RL or Minari (.hdf5), a folder of Minari or LeRobot, Diffusion Policy (a folder, or .zarr.zip), or the reference (.npz, .pkl)',
  ),
  obsKeys: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      'what an observation is made of, in this order [default: robomimic: pose and gripper of the arms, and object; LeRobot: observation.state and observation.environment_state; Minari: all; Diffusion Policy: state]',
    ),
  filterKey: z
    .string()
    .optional()
    .describe('of robomimic, only the demonstrations that this mask lists, such as train [default: all]'),
};

/** `dppo data show` */
export const showDataOptions = z.strictObject({
  ...read,
  html: z
    .string()
    .endsWith('.html', 'wanted a name that ends in .html')
    .optional()
    .describe('page to write as well, which needs no other file [default: none]'),
});

/** `dppo data import` */
export const importDataOptions = z.strictObject({
  ...read,
  outDir: file.describe('folder for train.npz and normalization.npz, which pretrain takes'),
});

export type ShowDataOptions = z.output<typeof showDataOptions>;
export type ImportDataOptions = z.output<typeof importDataOptions>;
