import type { PolicyHead } from './policy-file.ts';
import { type FlowSpec, isDiffusion, isFlow } from './spec.ts';

/**
 * What a flow is where it acts in so many Euler steps, `denoisingSteps`, in place of its own: a velocity serves any number of them. One
 * that was fine-tuned, which has a noise, has no other steps than those that it was fine-tuned in.
 *
 * @param head - the description, and whether it is of a fine-tuned policy
 * @throws RangeError that begins with `name` where the policy is no flow, the steps are no whole number above 0, or it was fine-tuned in others
 */
export function flowSpec(
  { spec, fineTuned }: PolicyHead,
  denoisingSteps: number,
  name = 'flowSpec: denoisingSteps',
): FlowSpec {
  const refused = (wanted: string): RangeError =>
    new RangeError(`${name}: found ${denoisingSteps}, wanted ${wanted}`);
  if (isDiffusion(spec))
    throw refused(
      'it left out: the policy is a diffusion, which was trained for a number of them, and takes fewer by DDIM',
    );
  if (!isFlow(spec)) throw refused('it left out: the policy is no flow');
  const { steps, noise } = spec.sampler;
  if (!(Number.isInteger(denoisingSteps) && denoisingSteps >= 1)) throw refused('a whole number above 0');
  if ((fineTuned || noise !== undefined) && steps !== denoisingSteps)
    throw refused(`${steps}, the steps that the policy was fine-tuned in`);
  return { ...spec, sampler: { ...spec.sampler, steps: denoisingSteps } };
}
