import type { DenoisingSpec } from '@dppo/policy';
import { z } from 'zod';

/** What an import may ask of a sampler. */
export interface SamplerWishes {
  readonly ddimSteps?: number | undefined;
  readonly eta?: number | undefined;
}

/** A noise scheduler of diffusers by its own words, and how it is used. */
interface TheirScheduler {
  readonly kind: 'ddpm' | 'ddim';
  /** What it was made with; what is absent is as diffusers has it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** num_inference_steps; as many as it was trained with where it is absent. */
  readonly steps?: number | undefined;
  /** What `step` is called with. */
  readonly stepOptions?: Readonly<Record<string, unknown>>;
}

/** What each setting may be. */
const allowed: Readonly<Record<string, readonly unknown[]>> = {
  beta_schedule: ['squaredcos_cap_v2'],
  trained_betas: [null],
  variance_type: ['fixed_small', 'fixed_small_log'],
  prediction_type: ['epsilon', 'sample'],
  thresholding: [false],
  timestep_spacing: ['leading'],
  steps_offset: [0],
  set_alpha_to_one: [true],
  rescale_betas_zero_snr: [false],
};
/** Settings that mean something only with others, which are refused. */
const unused = new Set(['beta_start', 'beta_end', 'dynamic_thresholding_ratio', 'sample_max_value']);

/** As many that every standard deviation of DDPM is above the least one of ours, 10⁻³. */
const mostSteps = 1000;

const numbers = z.looseObject({
  num_train_timesteps: z.number().int().min(1).max(mostSteps).default(1000),
  clip_sample: z.boolean().default(true),
  clip_sample_range: z.number().positive().default(1),
  beta_schedule: z.string(),
  prediction_type: z.string().default('epsilon'),
});

/**
 * The chain that a scheduler of diffusers goes along: DDPM in all its steps, or DDIM without noise.
 *
 * @throws Error naming the setting that ours have no counterpart of
 * @see https://github.com/huggingface/diffusers src/diffusers/schedulers/scheduling_ddpm.py and scheduling_ddim.py
 */
export function samplerOf(
  { kind, settings, steps, stepOptions = {} }: TheirScheduler,
  { ddimSteps, eta = 1 }: SamplerWishes,
): DenoisingSpec {
  checkSettings(settings);
  const { use_clipped_model_output: isImplied = false, eta: noise = 0, ...others } = stepOptions;
  const [[name, value] = ['eta', noise]] = Object.entries(others);
  if (value !== 0)
    throw new Error(
      `the scheduler's step is called with ${name} ${JSON.stringify(value)}, wanted it without`,
    );
  const parsed = numbers.safeParse(settings);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new Error(`noise_scheduler.${path.join('.')}: ${message}`);
  }
  const {
    num_train_timesteps: denoisingSteps,
    clip_sample: isClipped,
    clip_sample_range: clipX0,
  } = parsed.data;
  const shared = {
    denoisingSteps,
    ...(parsed.data.prediction_type === 'sample' && { prediction: 'x0' as const }),
    ...(isClipped && { clipX0 }),
  };
  if (ddimSteps === undefined) checkSteps(kind, denoisingSteps, steps ?? denoisingSteps);
  else if (ddimSteps > denoisingSteps)
    throw new Error(
      `--ddim-steps: found ${ddimSteps}, wanted at most ${denoisingSteps}, the denoising steps`,
    );
  if (kind === 'ddpm' && ddimSteps === undefined) return { kind, ...shared };
  return {
    kind: 'ddim',
    ...shared,
    ddimSteps: ddimSteps ?? steps ?? denoisingSteps,
    eta,
    // Where nothing is clipped both are one.
    ...(isClipped && isImplied !== true && { direction: 'predicted' as const }),
  };
}

/** @throws Error naming a setting that ours have no counterpart of */
function checkSettings(settings: TheirScheduler['settings']): void {
  for (const [name, value] of Object.entries(settings)) {
    if (name.startsWith('_') || (Object.hasOwn(numbers.shape, name) && !Object.hasOwn(allowed, name)))
      continue;
    if (unused.has(name)) continue;
    const found = `noise_scheduler.${name} is ${JSON.stringify(value)}`;
    if (!Object.hasOwn(allowed, name)) throw new Error(`${found}, wanted it left out: it is unknown here`);
    if (!allowed[name].includes(value))
      throw new Error(`${found}, wanted ${allowed[name].map((one) => JSON.stringify(one)).join(' or ')}`);
  }
}

/** @throws Error where their scheduler visits other times than ours */
function checkSteps(kind: 'ddpm' | 'ddim', trained: number, steps: number): void {
  const found = `num_inference_steps ${steps} of ${trained} by ${kind.toUpperCase()}`;
  if (kind === 'ddpm' && steps !== trained)
    throw new Error(`${found}, wanted all of them, or --ddim-steps, which takes fewer by DDIM`);
  if (steps < 1 || steps > trained || trained % steps !== 0)
    throw new Error(
      `${found}, wanted a divisor, as theirs do not begin at the noisiest step otherwise; --ddim-steps takes any`,
    );
}
