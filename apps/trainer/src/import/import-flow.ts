import type { DenoiserSpec, FlowSpec } from '@dppo/policy';

import { given, refuseGiven } from '../options/given.ts';
import { plainLayers } from './import-network.ts';
import type { ImportOptions } from './import-options.ts';
import type { FoundPolicy } from './found-policy.ts';
import type { ReferenceWeights, Weights } from './import-weights.ts';

const table = 'time_embedding_explore.weight';

/** What only a diffusion has a use for. */
const ofDiffusion = [
  'predictEpsilon',
  'ddimSteps',
  'eta',
  'etaMin',
  'etaMax',
  'etaActivation',
  'epsClipValue',
];

/**
 * A flow of ReinFlow by its weights and, of what they do not tell, the options. How much noise it explores with, and what that is learned
 * by, its weights tell.
 *
 * Source: ReinFlow model/flow/mlp_flow.py:42-364 (FlowMLP, ExploreNoiseNet, NoisyFlowMLP)
 *
 * @throws Error naming the weight that does not fit, or the option that is of no use
 */
export function flowFound(
  options: ImportOptions,
  { actor, frozen, noise: noiseWeights, leftOut }: ReferenceWeights,
  { network, bounds }: Pick<FoundPolicy, 'network' | 'bounds'>,
): FoundPolicy {
  refuseGiven({ ...options }, ofDiffusion, 'it left out: the policy is a flow');
  const { actSteps = 4, denoisingSteps, denoisedClipValue = 1, finalActionClipValue = 1 } = options;
  const rows = noiseWeights?.[table]?.shape[0];
  if (rows !== undefined && denoisingSteps !== undefined && denoisingSteps !== rows)
    throw new Error(`--denoising-steps: found ${denoisingSteps}, wanted ${rows} as in the weights`);
  const steps = denoisingSteps ?? rows ?? 4;
  const noise = noiseWeights && noiseIn(noiseWeights, network, { ...options, steps });
  if (noise === undefined)
    refuseGiven({ ...options }, ['ftDenoisingSteps', 'noiseActivation'], 'it left out: no noise was learned');
  const clips = given({
    clipMean: denoisedClipValue ?? undefined,
    clipAction: finalActionClipValue ?? undefined,
  });
  return {
    kind: `a ${noise ? 'fine-tuned' : 'pre-trained'} flow with ${network.activation}`,
    network,
    sampler: { kind: 'flow', steps, ...given({ noise }), clipNoise: 3, ...clips },
    bounds,
    actSteps,
    firstAction: 0,
    weights: { ...actor, ...(noise && ownNames(noiseWeights ?? {})) },
    ...(frozen && { frozen }),
    leftOut,
    remarks: steps === 1 ? [] : [otherTimes(steps)],
  };
}

/** F1 of ReinFlow: model/flow/ft_ppo/ppoflow.py:330, model/flow/reflow.py:198 */
function otherTimes(steps: number): string {
  return `acts at the times k/${steps} that a step of 1/${steps} begins at, where ReinFlow acts at k/${steps - 1}, the last at 1: returns differ somewhat, until it is fine-tuned here`;
}

/** The noise whose weights these are; ln σ² is what its bounds are kept as. */
function noiseIn(
  weights: Weights,
  network: DenoiserSpec,
  { steps, ftDenoisingSteps, noiseActivation }: ImportOptions & { readonly steps: number },
): NonNullable<FlowSpec['sampler']['noise']> {
  if (network.kind !== 'mlp') throw new Error('explore_noise_net beside a U-Net, wanted an MLP');
  const [min, max] = ['min', 'max'].map((name) => stdIn(weights, `explore_noise_net.logvar_${name}`));
  const { input, hidden } = plainLayers(weights, 'explore_noise_net.mlp_logvar');
  const { condHidden = [], condSteps, obsDim, timeDim = 16 } = network;
  const own = input - (condHidden.at(-1) ?? condSteps * obsDim);
  const seen = { ...(table in weights && { table: weights[table].shape[1] }), embedding: timeDim, none: 0 };
  const time = (['table', 'embedding', 'none'] as const).find((kind) => seen[kind] === own);
  if (time === undefined)
    throw new Error(
      `explore_noise_net sees ${input} numbers, wanted those of the observation with those of the time, ${timeDim}, or without`,
    );
  if (ftDenoisingSteps !== undefined && ftDenoisingSteps > steps)
    throw new Error(`--ft-denoising-steps: found ${ftDenoisingSteps}, wanted at most ${steps}, all of them`);
  return {
    min,
    max,
    time,
    ...(time === 'table' && { tableDim: own }),
    hidden,
    activation: noiseActivation ?? 'tanh',
    ...given({ learnedSteps: ftDenoisingSteps }),
  };
}

function stdIn(weights: Weights, name: string): number {
  if (!(name in weights)) throw new Error(`${name} is missing among the weights`);
  const std = Math.exp(Number(weights[name].values()[0]) / 2);
  // As many digits as a logarithm in float32 keeps.
  return Number(std.toPrecision(6));
}

/** Weights of the noise as ours are named; its bounds are no weights. */
function ownNames(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).flatMap(([name, weight]) =>
      name.startsWith('explore_noise_net.logvar_')
        ? []
        : [[`noise.${name.replace('explore_noise_net.', '')}`, weight]],
    ),
  );
}
