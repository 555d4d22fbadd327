import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { bounded } from '../options/relation.ts';
import { finetuneOptions, finetuneRelations } from './finetune-options.ts';
import { startTask } from './square-start.ts';

/** The same option with another default. */
function changed(
  field: z.ZodDefault<z.ZodNumber> | z.ZodOptional<z.ZodNumber>,
  value: number,
): z.ZodDefault<z.ZodNumber> {
  return field
    .unwrap()
    .default(value)
    .describe(field.description ?? '');
}

/**
 * `dppo start`: fine-tuning in a few minutes, from the policy that comes with the trainer.
 *
 * As the preset hopper-fast: five steps by DDIM, short iterations of small minibatches.
 */
export const startOptions = bounded(
  finetuneOptions.omit({ resume: true, autoResume: true }).extend({
    task: startTask,
    policy: finetuneOptions.shape.policy
      .unwrap()
      .default(fileURLToPath(new URL('../../data/hopper/pretrained.safetensors', import.meta.url)))
      .describe('policy file (.safetensors); the one that comes with dppo'),
    maxMinutes: z
      .number()
      .positive()
      .default(8)
      .describe('begin no iteration that would end past this time, minutes'),
    iterations: changed(finetuneOptions.shape.iterations, 300),
    ddimSteps: changed(finetuneOptions.shape.ddimSteps, 5),
    ftDenoisingSteps: changed(finetuneOptions.shape.ftDenoisingSteps, 5),
    eta: changed(finetuneOptions.shape.eta, 0.5),
    steps: changed(finetuneOptions.shape.steps, 64),
    batchSize: changed(finetuneOptions.shape.batchSize, 2560),
    microBatchSize: changed(finetuneOptions.shape.microBatchSize, 1280),
    updateEpochs: changed(finetuneOptions.shape.updateEpochs, 3),
    actorLr: changed(finetuneOptions.shape.actorLr, 3e-4),
    actorMinLr: changed(finetuneOptions.shape.actorMinLr, 3e-4),
    clipPlossCoef: changed(finetuneOptions.shape.clipPlossCoef, 0.02),
    clipPlossCoefBase: changed(finetuneOptions.shape.clipPlossCoefBase, 0.01),
    nCriticWarmupItr: changed(finetuneOptions.shape.nCriticWarmupItr, 2),
    evalEvery: changed(finetuneOptions.shape.evalEvery, 10),
    quickEvalEpisodes: finetuneOptions.shape.evalEpisodes
      .unwrap()
      .default(10)
      .describe('whole episodes of the evaluations between the first and the last'),
  }),
  finetuneRelations,
);
