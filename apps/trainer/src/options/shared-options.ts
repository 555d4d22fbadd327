import { z } from 'zod';

import { environmentText } from '../tasks/task-place.ts';
import { taskNames } from '../tasks/tasks.ts';

export const count = z.number().int().min(1);
export const counted = z.number().int().min(0);
export const fraction = z.number().min(0).max(1);
export const positive = z.number().positive();
export const file = z.string().min(1);

/** Options that several commands share; the names are the mission's. */
export const seed = counted.default(42).describe('seed of all randomness; environment i gets seed + i');
/** What `--environment` may be, in words. */
export const anyTask = `${taskNames.join(', ')}, or a file of your own (.js, .xml)`;

export function environment(about: string): z.ZodDefault<typeof environmentText> {
  return environmentText.default('hopper').describe(`${about}: ${anyTask}`);
}
export const backend = z
  .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
  .default('auto')
  .describe('what computes; auto takes the first of the others that loads');
export const workers = count
  .optional()
  .describe('threads that step environments; changes speed only [default: all cores]');
export const policyFile = file.describe('policy file (.safetensors), or a run folder: its best policy');
export const nEnvs = count.default(40).describe('environments stepped side by side, N');
export const maxEpisodeSteps = count.default(1000).describe('environment steps before an automatic reset');
export const policyEpisodeSteps = count
  .optional()
  .describe("environment steps before an automatic reset [default: the policy's]");

/** How the graphs of a training are made. */
export const graphs = {
  jit: z
    .union([z.literal('auto'), z.boolean()], 'wanted auto, true or false')
    .default('auto')
    .describe(
      'make machine code of the graphs (XLA, with TensorFlow only): some seconds at the start, faster from then on; auto where the work is enough',
    ),
  precision: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe(
      'what matrix products are rounded to (with TensorFlow only); bfloat16 is faster on processors with AVX-512 BF16 or AMX, slower on others',
    ),
};

/** Shape of the networks. */
export const shape = {
  horizonSteps: count.default(4).describe('actions predicted per chunk, Ta'),
  actSteps: count.default(4).describe('actions executed of each chunk'),
  condSteps: count.default(1).describe('observations that the policy sees, To'),
};
