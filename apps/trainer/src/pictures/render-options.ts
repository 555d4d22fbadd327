import { z } from 'zod';

import { bounded } from '../options/relation.ts';
import { backend, count, policyFile, seed } from '../options/shared-options.ts';
import { actingSteps } from '../policy/acting-options.ts';

const pixels = count.max(4096);

const mostPixels = 4_000_000_000;

export const renderOptions = bounded(
  z.strictObject({
    policy: policyFile,
    ...actingSteps,
    out: z.string().endsWith('.gif', 'wanted a name that ends in .gif').describe('picture to write (.gif)'),
    camera: z
      .string()
      .min(1)
      .optional()
      .describe("camera of the task's model [default: as it draws itself, or by its usual camera]"),
    backend,
    seed,
    width: pixels.default(320).describe('of the picture, pixels; of gym: at most'),
    height: pixels.default(240).describe('of the picture, pixels; of gym: at most'),
    maxSteps: count
      .optional()
      .describe("environment steps before the episode is cut [default: the policy's]"),
    fps: z
      .number()
      .min(0.01, 'wanted at least 0.01, a GIF has no longer frames')
      .max(50, 'wanted at most 50, more than that no viewer plays')
      .default(50)
      .describe('frames per second'),
  }),
  [
    {
      option: 'maxSteps',
      wanted: 'at most',
      by: ['width', 'height'],
      text: `${mostPixels} / (width · height)`,
      bound: (width, height) => Math.floor(mostPixels / (width * height)),
      why: 'the frames of a film are in memory until it is written',
    },
  ],
);

export type RenderOptions = z.output<typeof renderOptions>;
