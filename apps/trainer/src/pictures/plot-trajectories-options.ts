import { z } from 'zod';

import { backend, countUpTo, file, seed } from '../options/shared-options.ts';
import { actingSteps } from '../policy/acting-options.ts';

export const trajectoryOptions = z.strictObject({
  before: file.describe('policy for avoid or pusht (.safetensors)'),
  after: file.optional().describe('the policy that fine-tuning made of it [default: no second panel]'),
  ...actingSteps,
  out: z.string().endsWith('.svg', 'wanted a name that ends in .svg').describe('picture to write (.svg)'),
  episodes: countUpTo(10_000, 'each is a line of the picture')
    .default(50)
    .describe('whole episodes of each policy'),
  backend,
  seed,
});

export type TrajectoryOptions = z.output<typeof trajectoryOptions>;
