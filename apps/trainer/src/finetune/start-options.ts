import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { bounded } from '../options/relation.ts';
import { finetuneOptions, finetuneRelations } from './finetune-options.ts';

/** The same option with another default. */
function changed(field: z.ZodDefault<z.ZodNumber>, value: number): z.ZodDefault<z.ZodNumber> {
  return field
    .unwrap()
    .default(value)
    .describe(field.description ?? '');
}

/**
 * `dppo start`: fine-tuning in a few minutes, from the policy that comes with the trainer.
 *
 * Bolder than the reference: half the chunks an iteration, five times as many optimizer steps, ten times the learning rate. Its
 * clip range keeps about 15 % of the ratios clipped (the paper aims at 10–20 %); the critic goes ahead by two iterations.
 */
export const startOptions = bounded(
  finetuneOptions.omit({ resume: true, autoResume: true }).extend({
    policy: finetuneOptions.shape.policy
      .unwrap()
      .default(fileURLToPath(new URL('../../data/hopper/pretrained.safetensors', import.meta.url)))
      .describe('policy file (.safetensors); the one that comes with dppo'),
    maxMinutes: z
      .number()
      .positive()
      .default(8)
      .describe('begin no iteration that would end past this time, minutes'),
    steps: changed(finetuneOptions.shape.steps, 250),
    batchSize: changed(finetuneOptions.shape.batchSize, 10_000),
    microBatchSize: changed(finetuneOptions.shape.microBatchSize, 2500),
    actorLr: changed(finetuneOptions.shape.actorLr, 1e-3),
    actorMinLr: changed(finetuneOptions.shape.actorMinLr, 1e-3),
    clipPlossCoef: changed(finetuneOptions.shape.clipPlossCoef, 0.03),
    nCriticWarmupItr: changed(finetuneOptions.shape.nCriticWarmupItr, 2),
    evalEvery: changed(finetuneOptions.shape.evalEvery, 2),
    quickEvalEpisodes: finetuneOptions.shape.evalEpisodes
      .unwrap()
      .default(10)
      .describe('whole episodes of the evaluations between the first and the last'),
  }),
  finetuneRelations,
);
