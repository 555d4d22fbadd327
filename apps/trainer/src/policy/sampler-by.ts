import { etaDefaults } from '@dppo/nn/defaults';
import { type DenoisingSpec, type EtaSpec, learnedEta } from '@dppo/policy/head';

import { given, refuseGiven } from '../options/given.ts';
import { etaTraining } from './eta-training.ts';
import type { SamplerOptions } from './sampler-options.ts';

/** What options alone cannot tell: whether they are of any use to a policy. */
type Told = Readonly<Record<string, unknown>>;

/** The `sampler` of a policy in the words of options, as far as it goes beyond theirs. */
export function samplerNamed(sampler: DenoisingSpec): Omit<SamplerOptions, 'randnClipValue'> {
  const { clipX0 = null, clipAction = null } = sampler;
  const shared = { denoisedClipValue: clipX0, finalActionClipValue: clipAction };
  if (sampler.kind === 'ddpm') return shared;
  const { ddimSteps, eta, clipEpsilon: epsClipValue = null } = sampler;
  const ddim = { ...shared, ddimSteps, epsClipValue };
  if (typeof eta === 'number') return { ...ddim, eta };
  const { kind: learnEta, base, min: etaMin, max: etaMax } = eta;
  const range = { learnEta, eta: base, etaMin, etaMax };
  if (!('hidden' in eta)) return { ...ddim, ...range };
  const { hidden, activation: etaActivation = 'relu' } = eta;
  return { ...ddim, ...range, etaHidden: [...hidden], etaActivation };
}

/**
 * The `sampler` of a policy with what `options` say of it.
 *
 * @throws Error naming the option that does not fit
 */
export function samplerBy(sampler: DenoisingSpec, options: SamplerOptions): DenoisingSpec {
  const { denoisingSteps, ftDenoisingSteps, prediction } = sampler;
  const all: SamplerOptions = { ...keptBy(options, samplerNamed(sampler)), ...given(options) };
  const shared = given({
    ftDenoisingSteps,
    prediction,
    clipX0: all.denoisedClipValue ?? undefined,
    clipNoise: all.randnClipValue ?? sampler.clipNoise,
    clipAction: all.finalActionClipValue ?? undefined,
  });
  const { ddimSteps, epsClipValue } = all;
  if (ddimSteps !== undefined && ddimSteps > denoisingSteps)
    throw new Error(
      `--ddim-steps: found ${ddimSteps}, wanted at most ${denoisingSteps}, the denoising steps`,
    );
  if (ddimSteps === undefined) return { kind: 'ddpm', denoisingSteps, ...shared };
  const clipEpsilon = epsClipValue ?? undefined;
  const direction = sampler.kind === 'ddim' ? sampler.direction : undefined;
  const ddim = { kind: 'ddim', denoisingSteps, ...shared, ddimSteps, eta: etaBy(all) } as const;
  return { ...ddim, ...given({ clipEpsilon, direction }) };
}

/** What a sampler keeps of its own: nothing of its η where another kind of it is asked for. */
function keptBy({ learnEta }: SamplerOptions, own: SamplerOptions): SamplerOptions {
  if (learnEta === undefined || learnEta === own.learnEta) return own;
  return Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith('eta')));
}

/** The η that a sampler learns, with all that it leaves open; undefined where it learns none. */
export function etaIn(sampler: DenoisingSpec): EtaSpec | undefined {
  return learnedEta(samplerBy(sampler, {}));
}

/** @throws Error naming the option where a learned η would start outside of its range */
function etaBy(options: SamplerOptions): number | EtaSpec {
  const { learnEta, etaHidden: hidden = [256, 256], etaActivation: activation = 'relu' } = options;
  if (learnEta === undefined) return options.eta ?? 1;
  const usual = etaDefaults[learnEta];
  const { eta: base = usual.base, etaMin: min = usual.min, etaMax: max = usual.max } = options;
  if (!(min < max)) throw new Error(`--eta-min: found ${min}, wanted less than --eta-max ${max}`);
  if (!(min <= base && base <= max)) {
    const origin = options.eta === undefined ? ' (its default)' : '';
    throw new Error(`--eta: found ${base}${origin}, wanted ${min} to ${max}, what is learned`);
  }
  if (learnEta === 'fixed' || learnEta === 'action') return { kind: learnEta, base, min, max };
  return { kind: learnEta, base, min, max, hidden, activation };
}

/**
 * Refuses what a sampler has no use for.
 *
 * @throws Error naming the option, and the one that is missing beside it
 */
export function checkUsed(sampler: DenoisingSpec, options: Told): void {
  const eta = learnedEta(sampler);
  const refuse = (names: readonly string[], wanted: string): void => refuseGiven(options, names, wanted);
  if (sampler.kind === 'ddpm') {
    const wanted = 'it left out, or --ddim-steps as well: DDPM has no';
    refuse(['eta', 'learnEta'], `${wanted} η`);
    refuse(['epsClipValue'], `${wanted} such bound`);
  }
  if (eta === undefined)
    refuse(['etaMin', 'etaMax', ...Object.keys(etaTraining)], 'it left out, or --learn-eta as well');
  if (eta === undefined || !('hidden' in eta))
    refuse(['etaHidden', 'etaActivation'], 'it left out, or --learn-eta state or state-action as well');
  if (sampler.prediction === 'x0')
    refuse(['epsClipValue'], 'it left out: the network tells the clean action, no noise');
  if (eta === undefined && options['entCoef'] !== 0)
    refuse(['entCoef'], '0, or --learn-eta as well: only a learned η has an entropy');
}
