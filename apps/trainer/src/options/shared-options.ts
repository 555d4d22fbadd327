import { z } from 'zod';

import { loggerTexts } from '../loggers/logger-text.ts';
import { environmentText } from '../tasks/task-place.ts';
import { taskNames } from '../tasks/tasks.ts';

const mostOfAll = 1_000_000_000;

export const count = z
  .number()
  .int()
  .min(1)
  .max(mostOfAll, `wanted at most ${mostOfAll}, as samples are counted in 32 bits`);
export const counted = z.number().int().min(0);
export const fraction = z.number().min(0).max(1);

/** Smallest number of all digits, and the largest one. */
const [least32, most32] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127];

/** What is computed with in float32 and would be 0 or infinite there. */
const float32 = z
  .number()
  .refine((value) => value === 0 || (Math.abs(value) >= least32 && Math.abs(value) <= most32), {
    error: 'wanted 1.2e-38 to 3.4e38, what float32 holds',
  });
export const positive = float32.positive();
export const weight = float32.min(0);
export const file = z.string().min(1);

/** A count that memory or threads bound. */
export function countUpTo(most: number, why: string): z.ZodNumber {
  return count.max(most, `wanted at most ${most}: ${why}`);
}

/** ε of a ratio that is clipped to 1 ± ε. */
export const clipRange = positive.min(1e-6, 'wanted at least 1e-6, less is lost beside 1 in float32');

/** A floor of standard deviations of actions, which are within ±1 and in float32. */
export const stdFloor = z
  .number()
  .min(1e-6, 'wanted at least 1e-6, less is lost where actions are rounded to float32')
  .max(1, 'wanted at most 1, as actions are within ±1');

/** Whole episodes, each in an environment of its own. */
export const episodes = countUpTo(10_000, 'each has an environment of its own in memory');
export const denoisingSteps = countUpTo(10_000, 'each of them runs the network for every action');

/** Options that several commands share; the names are the mission's. */
export const seed = counted
  .default(42)
  .describe('seed of all randomness; what follows from it has nothing in common with that of another');
/** What `--environment` may be, in words. */
export const anyTask = `${taskNames.join(', ')}, or a file of your own (.js, .xml)`;

export function environment(about: string): z.ZodDefault<typeof environmentText> {
  return environmentText.default('hopper').describe(`${about}: ${anyTask}`);
}
export const backend = z
  .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
  .default('auto')
  .describe('what computes; auto takes the first of the others that loads');
export const workers = countUpTo(1024, 'each is a thread of its own')
  .optional()
  .describe('threads that step environments; changes speed only [default: all cores]');
export const threads = countUpTo(1024, 'a processor has no more')
  .optional()
  .describe(
    'threads that TensorFlow divides an operation among; of another number the sums are rounded otherwise, and the run is another [default: what the machine has]',
  );
export const policyFile = file.describe('policy file (.safetensors), or a run folder: its best policy');
export const envTimeout = positive
  .max(1e6)
  .default(600)
  .describe(
    'seconds after which a step, a reset or the making of one environment counts as one that never returns',
  );
export const nEnvs = countUpTo(10_000, 'each is a simulator of its own in memory')
  .default(40)
  .describe('environments stepped side by side, N');
export const maxEpisodeSteps = count.default(1000).describe('environment steps before an automatic reset');
export const policyEpisodeSteps = count
  .optional()
  .describe("environment steps before an automatic reset [default: the policy's]");

/** Who is told about a run besides its folder. */
export const logger = loggerTexts
  .default([])
  .describe(
    'who else is told about the run: mlflow:http://HOST:PORT#EXPERIMENT, or a file of your own (.js, .ts); may be repeated; metrics.jsonl and TensorBoard are always there',
  );

/** How the graphs of a training are made. */
export const graphs = {
  jit: z
    .union([z.literal('auto'), z.boolean()], 'wanted auto, true or false')
    .default('auto')
    .describe(
      'make machine code of the graphs (XLA, with TensorFlow only): some seconds at the start, faster from then on with an MLP; auto where the work is enough, never with a U-Net',
    ),
  precision: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe(
      'what matrix products are rounded to (with TensorFlow only); bfloat16 is faster on processors with AVX-512 BF16 or AMX, slower on others',
    ),
};

/** Of the layers of a network. */
export const activation = z.enum(['relu', 'elu', 'mish', 'tanh', 'gelu', 'softplus', 'identity']);

/** Actions of a chunk, or observations seen at once. */
export const chunkSteps = countUpTo(1000, 'a network takes or gives them all at once');
export const timeDim = countUpTo(16_384, 'two such layers share 1 GB')
  .min(4)
  .multipleOf(2, 'wanted an even number, half are sines and half cosines');

const mostWeights = 250_000_000;
const layers = z.array(countUpTo(16_384, 'two such layers share 1 GB')).max(64);

/** Sizes of hidden layers that follow one another. */
export const plainLayers = withinMemory(layers);

function withinMemory(sizes: typeof layers): typeof layers {
  return sizes.refine(
    (all) => all.slice(1).reduce((sum, size, i) => sum + size * all[i], 0) <= mostWeights,
    `wanted at most ${mostWeights} weights, 1 GB, of which training keeps four copies`,
  );
}

/** Shape of the networks. */
export const shape = {
  horizonSteps: chunkSteps.default(4).describe('actions predicted per chunk, Ta'),
  actSteps: chunkSteps.default(4).describe('actions executed of each chunk'),
  condSteps: chunkSteps.default(1).describe('observations that the policy sees, To'),
};

const resume = (changeable: string) =>
  file.optional().describe(`folder of one to go on with; ${changeable} may change [default: none]`);

const autoResume = (folder: string) =>
  z
    .boolean()
    .optional()
    .describe(
      `go on with what is in ${folder} where there is something, as resume does, and begin it where there is nothing [default: false]`,
    );

/** Where a training that makes a policy is kept until that is ready. */
export function stage(command: string, changeable: string) {
  return {
    runDir: file
      .optional()
      .describe(`folder to make for what it takes to go on [default: runs/${command}-TIME]`),
    resume: resume(changeable),
    autoResume: autoResume('runDir'),
    logger,
  };
}

/** Where demonstrations are recorded. */
export function recording(changeable: string) {
  return {
    outDir: file.describe('folder to make for what is recorded, and what it takes to go on'),
    format: z
      .enum(['npz', 'hdf5', 'lerobot'])
      .default('npz')
      .describe(
        'train.npz, scaled by normalization.npz, which pretrain takes; demonstrations.hdf5 of robomimic; or the folder lerobot, of LeRobotDataset v3.0',
      ),
    fps: countUpTo(100_000, 'no robot is faster')
      .optional()
      .describe('of lerobot, steps in a second, by which their time is told [default: 50]'),
    resume: resume(changeable),
    autoResume: autoResume('outDir'),
  };
}
