import { aboutFile } from '@dppo/files';
import { checkShapes } from '@dppo/policy';

import { refuseGiven } from '../options/given.ts';
import { checkNetwork } from '../policy/network-by.ts';
import { checkUsed, samplerBy } from '../policy/sampler-by.ts';
import { rangesIn } from '../tasks/ranges.ts';
import type { FoundPolicy } from './found-policy.ts';
import { etaOfWeights } from './import-eta.ts';
import { flowFound } from './import-flow.ts';
import { networkOfWeights } from './import-network.ts';
import type { ImportOptions } from './import-options.ts';
import { readReference, type ReferenceWeights, type Weights } from './import-weights.ts';

/**
 * A policy of the reference or of ReinFlow, pre-trained or fine-tuned, by its weights and, of what they do not tell, the options.
 *
 * @throws Error naming the file or option
 */
export async function referencePolicy(options: ImportOptions): Promise<FoundPolicy> {
  const { weights: path, normalization } = options;
  if (normalization === undefined)
    throw new Error(
      '--normalization is missing: only policies of diffusion_policy and lerobot tell their ranges',
    );
  const bounds = await rangesIn(normalization);
  const read = await readReference(path);
  const isTuned = read.frozen !== undefined || read.noise !== undefined;
  const kind = read.noise === undefined ? 'diffusion' : 'flow';
  const { kind: asked = kind } = options;
  if (isTuned && asked !== kind)
    throw new Error(`--kind: found "${asked}", wanted ${kind}, as ${path} is of a fine-tuned ${kind}`);
  const [obsDim, actionDim] = [bounds.obsMin.length, bounds.actionMin.length];
  const network = inFile(path, () => networkOfWeights(read.actor, { ...options, obsDim, actionDim }));
  checkNetwork(network, {});
  // Before tensors are made of what the file has: each may be as large as all of it.
  for (const weights of [read.actor, read.frozen ?? read.actor]) checkShapes(network, weights, path);
  const made = { network, bounds };
  if (asked === 'diffusion') return diffusionFound(options, read, made);
  return inFile(path, () => flowFound(options, read, made));
}

/** @throws Error naming the file or option */
function diffusionFound(
  options: ImportOptions,
  { actor, frozen, eta: etaWeights, leftOut }: ReferenceWeights,
  { network, bounds }: Pick<FoundPolicy, 'network' | 'bounds'>,
): FoundPolicy {
  const { weights: path, actSteps = 4, denoisingSteps = 20, ddimSteps } = options;
  const { ftDenoisingSteps = Math.min(10, ddimSteps ?? denoisingSteps), predictEpsilon = true } = options;
  const taken = ddimSteps ?? denoisingSteps;
  if (ftDenoisingSteps > taken)
    throw new Error(`--ft-denoising-steps: found ${ftDenoisingSteps}, wanted at most ${taken}, all of them`);
  refuseGiven({ ...options }, ['noiseActivation'], 'it left out: the policy is no flow');
  if (frozen === undefined)
    refuseGiven(
      { ...options },
      ['ftDenoisingSteps'],
      `it left out: ${path} is of a policy that is not fine-tuned`,
    );
  const eta = inFile(path, () => etaOfWeights(etaWeights, { ...options, actionDim: network.actionDim }));
  const base = {
    kind: 'ddpm',
    denoisingSteps,
    ...(frozen && { ftDenoisingSteps }),
    clipX0: 1,
    clipNoise: 3,
  } as const;
  const told = predictEpsilon ? {} : ({ prediction: 'x0' } as const);
  const { denoisedClipValue, finalActionClipValue, epsClipValue } = options;
  const clips = { denoisedClipValue, finalActionClipValue, epsClipValue };
  const sampling = { ddimSteps, ...clips, ...eta.options };
  const sampler = samplerBy({ ...base, ...told }, sampling);
  checkUsed(sampler, sampling);
  return {
    kind: `a ${frozen ? 'fine-tuned' : 'pre-trained'} ${network.kind === 'mlp' ? 'MLP' : 'U-Net'} with ${network.activation}`,
    network,
    sampler,
    bounds,
    actSteps,
    firstAction: 0,
    weights: { ...actor, ...prefixed(eta.weights) },
    ...(frozen && { frozen }),
    leftOut,
  };
}

/** What is made of a file's weights; an error names the file. */
function inFile<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw aboutFile(path, error);
  }
}

/** Weights of η by their names among those of a policy. */
function prefixed(weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`eta.${name}`, weight]));
}
