import { z } from 'zod';

import { ppo, ppoRelations } from '../algorithms/ppo-options.ts';
import { bounded } from '../options/relation.ts';
import {
  backend,
  clipRange,
  count,
  environment,
  file,
  maxEpisodeSteps,
  nEnvs,
  plainLayers,
  positive,
  seed,
  stage,
  threads,
  workers,
  envTimeout,
} from '../options/shared-options.ts';

/** `dppo expert` */
export const expertOptions = bounded(
  z.strictObject({
    out: file.describe('policy file to write (.safetensors)'),
    ...stage('expert', 'only maxEnvSteps, targetReturn, workers, envTimeout and logger'),
    environment: environment('what the expert learns'),
    backend,
    threads,
    seed,
    nEnvs,
    maxEpisodeSteps,
    workers,
    envTimeout,
    targetReturn: z
      .number()
      .default(1400)
      .describe('stop when the mean return of the last 100 episodes reaches this'),
    maxEnvSteps: count.default(3_000_000).describe('environment steps to give up after'),
    saveEvery: count
      .optional()
      .describe(
        'iterations between two checkpoints; after each, all episodes begin anew [default: five of the longest episodes]',
      ),
    steps: count.default(50).describe('steps per environment and iteration'),
    updateEpochs: count.default(10).describe('passes over the data of an iteration'),
    batchSize: count.default(500).describe('steps per minibatch, all of an iteration that has fewer'),
    ...ppo,
    clipPlossCoef: clipRange.default(0.1).describe('ratio clip, ε'),
    actorLr: positive.default(3e-4).describe('learning rate of the actor'),
    targetKl: positive
      .optional()
      .describe('an update ends after a minibatch whose approximate KL is above, nats [default: never]'),
    hidden: plainLayers.default([64, 64]).describe('sizes of the hidden layers of actor and critic'),
    fixedStd: z
      .number()
      .min(0.01, 'wanted 0.01 to 1, within which it is learned')
      .max(1, 'wanted 0.01 to 1, within which it is learned')
      .default(0.5)
      .describe('standard deviation of the actions to start with'),
  }),
  [
    ...ppoRelations,
    {
      option: 'maxEpisodeSteps',
      wanted: 'at most',
      by: ['saveEvery', 'steps'],
      text: 'saveEvery · steps',
      bound: (iterations, steps) => iterations * steps,
      why: 'all episodes begin anew after each checkpoint, and longer ones would never come to their end',
    },
    {
      option: 'nCriticWarmupItr',
      wanted: 'less than',
      by: ['maxEnvSteps', 'steps', 'nEnvs'],
      text: 'maxEnvSteps / (steps · nEnvs)',
      bound: (most, steps, envs) => Math.ceil(most / (steps * envs)),
      why: 'the actor would never learn',
    },
  ],
);

export type ExpertOptions = z.output<typeof expertOptions>;
