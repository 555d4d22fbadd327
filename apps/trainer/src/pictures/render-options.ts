import { z } from 'zod';

import { backend, count, policyFile, seed } from '../options/shared-options.ts';

const pixels = count.max(4096);

export const renderOptions = z.strictObject({
  policy: policyFile,
  out: z.string().endsWith('.gif', 'wanted a name that ends in .gif').describe('picture to write (.gif)'),
  backend,
  seed,
  width: pixels.default(320).describe('of the picture, pixels'),
  height: pixels.default(240).describe('of the picture, pixels'),
  maxSteps: count.optional().describe("environment steps before the episode is cut [default: the policy's]"),
  fps: z
    .number()
    .positive()
    .max(50, 'wanted at most 50, more than that no viewer plays')
    .default(50)
    .describe('frames per second'),
});

export type RenderOptions = z.output<typeof renderOptions>;
