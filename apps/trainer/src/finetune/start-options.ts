import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { bounded } from '../options/relation.ts';
import { finetuneOptions, finetuneRelations } from './finetune-options.ts';

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

const ofFineTuned = '[default: of a policy that was fine-tuned its own, else';

/**
 * `dppo start`: fine-tuning in a few minutes, from the policy that comes with the trainer.
 *
 * Short iterations of small minibatches; `startSettings` has what depends on the policy.
 */
export const startOptions = bounded(
  finetuneOptions.omit({ resume: true, autoResume: true }).extend({
    policy: finetuneOptions.shape.policy
      .unwrap()
      .default(fileURLToPath(new URL('../../data/hopper/flow.safetensors', import.meta.url)))
      .describe('policy file (.safetensors); the one that comes with dppo'),
    maxMinutes: z
      .number()
      .positive()
      .default(8)
      .describe('begin no iteration that would end past this time, minutes'),
    iterations: changed(finetuneOptions.shape.iterations, 400),
    steps: changed(finetuneOptions.shape.steps, 64),
    microBatchSize: changed(finetuneOptions.shape.microBatchSize, 1280),
    updateEpochs: changed(finetuneOptions.shape.updateEpochs, 3),
    lrCycleSteps: changed(finetuneOptions.shape.lrCycleSteps, 400),
    batchSize: finetuneOptions.shape.batchSize
      .unwrap()
      .optional()
      .describe('samples per minibatch [default: those of 512 chunks, of a flow of 128]'),
    actorLr: finetuneOptions.shape.actorLr
      .unwrap()
      .optional()
      .describe('learning rate of the actor [default: 3e-4, of a flow 5e-5]'),
    actorMinLr: finetuneOptions.shape.actorMinLr
      .unwrap()
      .optional()
      .describe('learning rate of the actor at the end of a cycle [default: 5e-5, of a flow 1e-5]'),
    clipPlossCoef: finetuneOptions.shape.clipPlossCoef
      .unwrap()
      .optional()
      .describe('ratio clip at the last (cleanest) denoising step, ε [default: 0.02, of a flow 0.01]'),
    denoisingSteps: finetuneOptions.shape.denoisingSteps.describe(
      `steps that a flow is to act in ${ofFineTuned} 1]`,
    ),
    ddimSteps: finetuneOptions.shape.ddimSteps.describe(`steps of DDIM ${ofFineTuned} 5]`),
    ftDenoisingSteps: finetuneOptions.shape.ftDenoisingSteps.describe(
      `denoising steps that are fine-tuned, the last ones, K' ${ofFineTuned} those of DDIM]`,
    ),
    eta: finetuneOptions.shape.eta.describe(`noise of DDIM, η ${ofFineTuned} 0.5]`),
    minNoiseStd: finetuneOptions.shape.minNoiseStd.describe(
      `flow: smallest σ of its noise ${ofFineTuned} 0.08]`,
    ),
    maxNoiseStd: finetuneOptions.shape.maxNoiseStd.describe(
      `flow: largest σ that is learned ${ofFineTuned} 0.16]`,
    ),
    evalEvery: changed(finetuneOptions.shape.evalEvery, 10),
    quickEvalEpisodes: finetuneOptions.shape.evalEpisodes
      .unwrap()
      .default(10)
      .describe('whole episodes of the evaluations between the first and the last'),
  }),
  finetuneRelations,
);

export type StartOptions = z.output<typeof startOptions>;
