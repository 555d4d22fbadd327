import * as tf from '@tensorflow/tfjs';
import type { Activation } from './activation.ts';
import { checkParams, checkSizes } from './check.ts';
import { etaDefaults } from './defaults.ts';
import type { Network } from './network.ts';
import { flattenObs, type Observation, type ObservationOptions } from './observation.ts';
import { initialise, shapesOf, type Starts, xavierStarts } from './starts.ts';
import { applyTrunk, plainTrunk } from './trunk.ts';

/** Where a learned η starts, and what it never leaves. */
export interface EtaRange {
  /** η before training. */
  readonly base?: number;
  /** Smallest η. */
  readonly min?: number;
  /** Largest η. */
  readonly max?: number;
}

/** Sizes of an {@link etaAction}. */
export interface EtaActionOptions extends EtaRange {
  /** Size of one action, Da. */
  readonly actionDim: number;
}

/** Sizes and kinds of layers of an {@link etaState}. */
export interface EtaStateOptions extends EtaRange, ObservationOptions {
  /** Sizes of the hidden layers. */
  readonly hidden: readonly number[];
  /** Activation between the layers. */
  readonly activation?: Activation;
}

/** Sizes and kinds of layers of an {@link etaStateAction}. */
export interface EtaStateActionOptions extends EtaStateOptions {
  /** Size of one action, Da. */
  readonly actionDim: number;
}

/** Learned noise scales of DDIM, η [B, 1, 1 or Da], which broadcast to chunks [B, Ta, Da]. */
type Eta = Network<[obs: Observation], tf.Tensor3D>;

/** tanh of the logit of an end of the range is this far from ±1, so that the logit stays finite. */
const MARGIN = 1e-6;
const GAIN = 1e-2;

/**
 * One learned η for all: η = ½(tanh(`eta_logit`) + 1)·(max − min) + min, repeated for each row of obs.state [B, To, Do] to [B, 1, 1].
 *
 * The gradient reaches `eta_logit` [1]; in the reference it does not. `init` starts at `base`; where that is `min` or
 * `max` itself, at 5·10⁻⁷·(max − min) from it, since the reference's logit there is infinite and would never move.
 *
 * @throws RangeError unless 0 ≤ min ≤ base ≤ max and min < max, or where obs or the parameters do not fit.
 * @see model/diffusion/eta.py:12-40 of the reference, EtaFixed; same parameter name
 */
export function etaFixed(range: EtaRange = {}): Eta {
  return logitEta('etaFixed', 1, { ...etaDefaults.fixed, ...range });
}

/**
 * A learned η for each action dimension, the same for all observations, [B, 1, Da]; otherwise as {@link etaFixed}.
 *
 * @throws RangeError unless 0 ≤ min ≤ base ≤ max and min < max, or where obs or the parameters do not fit.
 * @see model/diffusion/eta.py:43-73 of the reference, EtaAction; same parameter name, `eta_logit` [Da]
 */
export function etaAction({ actionDim, ...range }: EtaActionOptions): Eta {
  return logitEta('etaAction', actionDim, { ...etaDefaults.action, ...range });
}

/**
 * An η for each observation, η = clamp(tanh(MLP(obs)) + base, min, max) for obs.state [B, To, Do], [B, 1, 1].
 *
 * The weights start normal with std 0.01·√(2/(inputs + outputs)) and the biases at 0, so that η starts near `base`.
 * Where η is clamped its gradient is 0.
 *
 * @throws RangeError where the range, obs or the parameters do not fit.
 * @see model/diffusion/eta.py:76-119 of the reference, EtaState; same parameter names
 */
export function etaState(options: EtaStateOptions): Eta {
  const usual = etaDefaults.state;
  const { base = usual.base, min = usual.min, max = usual.max, ...layers } = options;
  return mlpEta('etaState', 1, layers, { base, min, max });
}

/**
 * An η for each observation and action dimension, [B, 1, Da]; otherwise as {@link etaState}.
 *
 * @throws RangeError where the range, obs or the parameters do not fit.
 * @see model/diffusion/eta.py:122-166 of the reference, EtaStateAction; same parameter names
 */
export function etaStateAction(options: EtaStateActionOptions): Eta {
  const usual = etaDefaults['state-action'];
  const { actionDim, base = usual.base, min = usual.min, max = usual.max, ...layers } = options;
  return mlpEta('etaStateAction', actionDim, layers, { base, min, max });
}

function logitEta(caller: string, size: number, { base, min, max }: Required<EtaRange>): Eta {
  checkSizes(caller, { actionDim: size });
  checkRange(caller, { base, min, max });
  const share = (2 * (base - min)) / (max - min) - 1;
  const value = Math.atanh(Math.min(Math.max(share, MARGIN - 1), 1 - MARGIN));
  const starts: Starts = { eta_logit: { shape: [size], value } };
  return {
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, obs) => {
      checkParams(caller, starts, params);
      if (obs.state.size === 0)
        throw new RangeError(`${caller}: obs.state [${obs.state.shape.join(', ')}], wanted [B, To, Do]`);
      return tf.tidy(() => {
        const height = params.eta_logit.tanh().add(1).mul(0.5);
        const eta = height.mul(max - min).add(min);
        return eta.reshape<tf.Tensor3D>([1, 1, size]).tile([obs.state.shape[0], 1, 1]);
      });
    },
  };
}

function mlpEta(
  caller: string,
  output: number,
  { obsDim, condSteps = 1, hidden, activation = 'relu' }: Omit<EtaStateOptions, keyof EtaRange>,
  range: Required<EtaRange>,
): Eta {
  checkSizes(caller, { obsDim, condSteps, hidden, actionDim: output });
  checkRange(caller, range);
  const input = condSteps * obsDim;
  const trunk = plainTrunk({ name: 'mlp_res', input, hidden, output, activation });
  const sizes = [input, ...hidden, output];
  const starts: Starts = {};
  for (let i = 0; i <= hidden.length; i++) {
    Object.assign(starts, xavierStarts(`mlp_res.moduleList.${i}.linear_1`, sizes[i], sizes[i + 1], GAIN));
  }
  return {
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, obs) => {
      checkParams(caller, starts, params);
      return tf.tidy(() => {
        const residual = applyTrunk(trunk, params, flattenObs(caller, obs, condSteps, obsDim)).tanh();
        // Not by `clipByValue`, which makes a bound of NaN on WebAssembly.
        const eta = residual.add(range.base).maximum(range.min).minimum(range.max);
        return eta.reshape<tf.Tensor3D>([-1, 1, output]);
      });
    },
  };
}

function checkRange(caller: string, { base, min, max }: Required<EtaRange>): void {
  if (!(min >= 0 && min <= base && base <= max && min < max && max < Infinity)) {
    throw new RangeError(
      `${caller}: min ${min}, base ${base}, max ${max}, wanted 0 ≤ min ≤ base ≤ max and min < max`,
    );
  }
}
