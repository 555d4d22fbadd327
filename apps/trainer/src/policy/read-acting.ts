import { isDiffusion, type PolicyFile, readPolicy } from '@dppo/policy';

import { samplerBy } from './sampler-by.ts';

/**
 * The policy in a file, with `ddimSteps` of DDIM in place of its own sampler where that is asked for.
 *
 * @throws Error where the policy was fine-tuned with another sampler, has fewer steps, or does not denoise
 */
export async function readActing({
  policy: path,
  ddimSteps,
}: {
  readonly policy: string;
  readonly ddimSteps?: number | undefined;
}): Promise<PolicyFile> {
  const file = await readPolicy(path);
  const { spec } = file;
  if (ddimSteps === undefined) return file;
  const refuse = (wanted: string): never => {
    throw new Error(`--ddim-steps: found ${ddimSteps}, wanted ${wanted} --policy ${path}`);
  };
  if (!isDiffusion(spec)) return refuse('it left out: no denoising in');
  const { sampler } = spec;
  if (file.frozen && !(sampler.kind === 'ddim' && sampler.ddimSteps === ddimSteps))
    return refuse('it left out: fine-tuned with another sampler was');
  return { ...file, spec: { ...spec, sampler: samplerBy(sampler, { ddimSteps }) } };
}
