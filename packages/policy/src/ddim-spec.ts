import type { PolicyHead } from './policy-file.ts';
import { type DiffusionSpec, isDiffusion, isFlow } from './spec.ts';

/**
 * What a policy is where it denoises in `ddimSteps` steps of DDIM in place of its own sampler, whose clips it keeps. One that was
 * fine-tuned has no other steps than those that it was fine-tuned in.
 *
 * @param head - the description, and whether it is of a fine-tuned policy
 * @throws RangeError that begins with `name` where the policy does not denoise, has fewer steps, or was fine-tuned in others
 */
export function ddimSpec(
  { spec, fineTuned }: PolicyHead,
  ddimSteps: number,
  name = 'ddimSpec: ddimSteps',
): DiffusionSpec {
  const refused = (wanted: string): RangeError =>
    new RangeError(`${name}: found ${ddimSteps}, wanted ${wanted}`);
  if (isFlow(spec)) throw refused('it left out: the policy is a flow, with steps of its own');
  if (!isDiffusion(spec)) throw refused('it left out: the policy does not denoise');
  const { ftDenoisingSteps: _, ...sampler } = spec.sampler;
  if (fineTuned) {
    if (sampler.kind === 'ddpm') throw refused('it left out: the policy was fine-tuned with DDPM');
    if (sampler.ddimSteps !== ddimSteps)
      throw refused(`${sampler.ddimSteps}, the steps that the policy was fine-tuned with`);
    return spec;
  }
  const { denoisingSteps } = sampler;
  if (!(Number.isInteger(ddimSteps) && ddimSteps >= 1 && ddimSteps <= denoisingSteps))
    throw refused(`a whole number from 1 to ${denoisingSteps}, the denoising steps of the policy`);
  const { eta = 1 } = sampler.kind === 'ddim' ? sampler : {};
  return { ...spec, sampler: { ...sampler, kind: 'ddim', ddimSteps, eta } };
}
