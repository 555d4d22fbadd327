import { type DenoisingSpec, learnedEta, stepsOf } from '@dppo/policy';

/** A scheduler of diffusers that goes along a chain as we do. */
interface DiffusersScheduler {
  readonly kind: 'DDPM' | 'DDIM';
  /** What it is made with, as scheduler_config.json has it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Steps that it is to take. */
  readonly steps: number;
  /** Whether its steps want use_clipped_model_output. */
  readonly isImplied: boolean;
  /** What it does not do as we do, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * The scheduler of diffusers that denoises as a `sampler` does without exploration.
 *
 * @throws Error saying what of the sampler has no counterpart there
 * @see https://github.com/huggingface/diffusers src/diffusers/schedulers/scheduling_ddpm.py and scheduling_ddim.py
 */
export function schedulerOf(sampler: DenoisingSpec): DiffusersScheduler {
  const { denoisingSteps, clipX0, clipNoise, clipAction = Infinity, prediction = 'epsilon' } = sampler;
  // A chain ends with x̂₀.
  if (clipAction < (clipX0 ?? Infinity))
    throw new Error(
      `a bound of the actions that come out (${clipAction}) has no counterpart in diffusers, nor in lerobot`,
    );
  const shared = {
    num_train_timesteps: denoisingSteps,
    beta_schedule: 'squaredcos_cap_v2',
    clip_sample: clipX0 !== undefined,
    clip_sample_range: clipX0 ?? 1,
    prediction_type: prediction === 'x0' ? 'sample' : 'epsilon',
  };
  const steps = stepsOf(sampler);
  if (sampler.kind === 'ddpm') {
    const remarks =
      clipNoise === undefined ? [] : [`the noise of a step is not bounded there, as here to ±${clipNoise}`];
    return {
      kind: 'DDPM',
      config: { ...shared, variance_type: 'fixed_small' },
      steps,
      isImplied: false,
      remarks,
    };
  }
  const { clipEpsilon, direction = 'implied' } = sampler;
  if (clipEpsilon !== undefined)
    throw new Error(
      `a bound of the noise that goes with the bounded clean action (${clipEpsilon}) has no counterpart in diffusers, nor in lerobot`,
    );
  if (denoisingSteps % steps !== 0)
    throw new Error(
      `DDIM in ${steps} of ${denoisingSteps} steps has no counterpart in diffusers, nor in lerobot, wanted a divisor of ${denoisingSteps}`,
    );
  const remarks =
    learnedEta(sampler) === undefined ? [] : ['its learned η, which explores only, is left out'];
  return {
    kind: 'DDIM',
    config: { ...shared, set_alpha_to_one: true, steps_offset: 0, timestep_spacing: 'leading' },
    steps,
    isImplied: clipX0 !== undefined && direction === 'implied',
    remarks,
  };
}
