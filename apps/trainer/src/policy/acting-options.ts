import { denoisingSteps } from '../options/shared-options.ts';

/** Denoising by DDIM with a policy that was trained for more steps. */
export const ddimInstead = denoisingSteps
  .optional()
  .describe('steps of DDIM, of a policy that is not fine-tuned [default: the sampler of the policy]');

/** Steps that a policy acts in, where not in its own. */
export const actingSteps = {
  ddimSteps: ddimInstead,
  denoisingSteps: denoisingSteps
    .optional()
    .describe('Euler steps of a flow that is not fine-tuned [default: those of the policy]'),
};
