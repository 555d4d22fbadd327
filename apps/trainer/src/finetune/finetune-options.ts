import { z } from 'zod';

import { dppo, dppoRelations, ppo, ppoRelations } from '../algorithms/ppo-options.ts';
import { learning } from '../cluster/cluster-options.ts';
import { atMost, lessThan, bounded, type Relation } from '../options/relation.ts';
import * as shared from '../options/shared-options.ts';
import { chunkSteps, count, denoisingSteps, episodes, file, positive } from '../options/shared-options.ts';
import { etaTraining } from '../policy/eta-training.ts';
import { flowOptions, flowRelations } from '../policy/flow-options.ts';
import { criticOptions, networkOptions, predictEpsilon } from '../policy/network-options.ts';
import { samplerOptions, samplerRelations } from '../policy/sampler-options.ts';
import { environmentText } from '../tasks/task-place.ts';

const ofPolicy = "[default: the policy's; from scratch";

/** What bounds what in a fine-tuning. */
export const finetuneRelations: readonly Relation[] = [
  ...ppoRelations,
  ...dppoRelations,
  ...samplerRelations,
  ...flowRelations,
  atMost('ftDenoisingSteps', 'denoisingSteps', 'they are the last of them'),
  atMost('actSteps', 'horizonSteps', 'a chunk has no more actions'),
  atMost('actSteps', 'maxEpisodeSteps', 'no chunk would be executed to its end'),
  atMost('shards', 'nEnvs', 'each acts for at least one'),
  atMost('quickEvalEpisodes', 'evalEpisodes', 'the quick evaluations are the smaller ones', {
    instead: (all) => all,
  }),
  lessThan('nCriticWarmupItr', 'iterations', 'the actor would never learn', {
    instead: (iterations) => iterations - 1,
  }),
  {
    option: 'patience',
    wanted: 'at most',
    by: ['iterations', 'evalEvery'],
    text: 'iterations / evalEvery',
    bound: (iterations, evalEvery) => Math.ceil(iterations / evalEvery),
    why: 'there are no more evaluations after the first',
  },
];

/** Options of `dppo finetune`; the defaults are the reference's for its Gym tasks (v0.8). */
export const finetuneOptions = bounded(
  z.strictObject({
    policy: file
      .optional()
      .describe(
        'policy to go on from (.safetensors), pre-trained or fine-tuned, kept as start.safetensors [default: none, from scratch]',
      ),
    resume: file
      .optional()
      .describe(
        'run folder to go on with; only iterations, maxMinutes, workers, envTimeout, dashboard, logger and the options of a cluster may change [default: none]',
      ),
    autoResume: z
      .boolean()
      .optional()
      .describe(
        'go on with the run in runDir where there is one, as resume does, and begin it where there is none [default: false]',
      ),
    runDir: file.optional().describe('folder to make for the results [default: runs/finetune-TIME]'),
    backend: shared.backend,
    threads: shared.threads,
    ...shared.graphs,
    seed: shared.seed,
    workers: shared.workers,
    envTimeout: shared.envTimeout,
    nEnvs: shared.nEnvs,
    environment: environmentText.optional().describe(`task: ${shared.anyTask} [default: the policy's]`),
    normalization: file
      .optional()
      .describe('from scratch: ranges of observations and actions (.npz) [default: nominal]'),
    maxEpisodeSteps: count
      .optional()
      .describe(`environment steps before an automatic reset ${ofPolicy} 1000]`),
    endAtSuccess: z
      .boolean()
      .optional()
      .describe("end an episode with its first success [default: the policy's; from scratch false]"),
    dashboard: z
      .union([z.boolean(), z.number().int().min(1024).max(65_535)], 'wanted a port, 1024 … 65535')
      .default(false)
      .describe(
        'serve a page with live curves, for this machine alone; true takes a free port, a number that port',
      ),
    logger: shared.logger,
    resetAtIteration: z.boolean().default(false).describe('begin all episodes anew in each iteration'),
    denoisingSteps: denoisingSteps
      .optional()
      .describe(`denoising steps, K, of a flow those that it is to act in ${ofPolicy} 20]`),
    ftDenoisingSteps: denoisingSteps
      .optional()
      .describe(
        "denoising steps that are fine-tuned, the last ones, K', of DDIM where that denoises [default: 10, or all of fewer; from scratch all]",
      ),
    condSteps: chunkSteps.optional().describe(`observations that the policy sees, To ${ofPolicy} 1]`),
    horizonSteps: chunkSteps.optional().describe(`actions predicted per chunk, Ta ${ofPolicy} 4]`),
    actSteps: chunkSteps.optional().describe(`actions executed of each chunk ${ofPolicy} 4]`),
    ...networkOptions(ofPolicy),
    predictEpsilon: predictEpsilon.describe(
      `whether the network tells the noise, or else the clean action ${ofPolicy} true]`,
    ),
    ...criticOptions,
    ...learning,
    shards: count
      .default(1)
      .describe('groups of environments that are acted for apart, each with its own noise, at most nEnvs'),
    iterations: count.default(100).describe('training iterations'),
    maxMinutes: positive
      .optional()
      .describe('begin no iteration that would end past this time of the run, minutes [default: no limit]'),
    steps: count.default(500).describe('chunks per environment and iteration, T'),
    updateEpochs: count.default(5).describe('passes over the data of an iteration'),
    batchSize: count
      .default(50000)
      .describe('(environment step, denoising step) pairs per minibatch, all of an iteration that has fewer'),
    ...ppo,
    ...dppo,
    ...samplerOptions,
    ...etaTraining,
    ...flowOptions,
    evalEvery: count.default(5).describe('iterations between two evaluations'),
    evalEpisodes: episodes.default(40).describe('whole episodes of an evaluation, deterministic sampling'),
    quickEvalEpisodes: episodes
      .optional()
      .describe('whole episodes of the evaluations between the first and the last [default: evalEpisodes]'),
    targetReturn: z
      .number()
      .optional()
      .describe('stop when an evaluation of evalEpisodes reaches this mean return [default: never]'),
    patience: count
      .optional()
      .describe('stop after this many evaluations without a better one [default: never]'),
    saveEvery: count
      .default(5)
      .describe(
        'iterations between two checkpoints; after each, the episodes of environments that cannot be saved begin anew',
      ),
    keep: count
      .optional()
      .describe('policies of checkpoints to keep, those with the best evaluations [default: all]'),
  }),
  finetuneRelations,
);

export type FinetuneOptions = z.output<typeof finetuneOptions>;
