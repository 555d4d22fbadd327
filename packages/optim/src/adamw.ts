import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from './optimizer.ts';

/** Symbols of {@link adamw}. */
export interface AdamwOptions {
  /** Decoupled weight decay, λ. */
  readonly weightDecay?: number;
  /** Decay of the average gradient, β₁. */
  readonly beta1?: number;
  /** Decay of the average squared gradient, β₂. */
  readonly beta2?: number;
  /** Added to the denominator, ε. */
  readonly epsilon?: number;
}

/** What {@link adamw} remembers of each parameter, by its name. A type, not an interface, to be a tf.TensorContainer. */
export type AdamwState = {
  /** Average gradient m, shaped as the parameter. */
  readonly expAvg: tf.NamedTensorMap;
  /** Average squared gradient v, shaped as the parameter. */
  readonly expAvgSq: tf.NamedTensorMap;
  /** Updates so far, k. */
  readonly steps: { [name: string]: number };
};

/**
 * Adam with decoupled weight decay, as PyTorch computes it:
 * p ← p·(1 − η·λ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * p ← p − η/(1 − β₁ᵏ) · m / (√v/√(1 − β₂ᵏ) + ε).
 *
 * A parameter without gradient stays as it is, without decay, and its k does not grow. Loshchilov and Hutter,
 * https://arxiv.org/abs/1711.05101.
 *
 * @throws RangeError for an option out of its range; from `update`, for a learning rate that is not a number of 0 or more,
 * and a gradient whose parameter or state is missing or whose shape differs. Gradients are not read: NaN stays NaN.
 */
export function adamw({
  weightDecay = 0,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamwOptions = {}): Optimizer<AdamwState> {
  if (!(weightDecay >= 0 && epsilon > 0 && isRate(beta1) && isRate(beta2))) {
    throw new RangeError(
      `adamw: weightDecay ${weightDecay}, beta1 ${beta1}, beta2 ${beta2}, epsilon ${epsilon}, wanted weightDecay ≥ 0, betas in [0, 1), epsilon > 0`,
    );
  }
  return {
    init: (params) => ({
      expAvg: zeros(params),
      expAvgSq: zeros(params),
      steps: Object.fromEntries(Object.keys(params).map((name) => [name, 0])),
    }),
    update: (gradients, state, params, learningRate) => {
      if (!(learningRate >= 0 && learningRate < Infinity)) {
        throw new RangeError(`adamw: learningRate ${learningRate}, wanted a number of 0 or more`);
      }
      check(gradients, state, params);
      return tf.tidy(() => {
        // One scalar tensor for all parameters: a plain number would become a new one in every operation.
        const [gain1, gain2] = [tf.scalar(1 - beta1), tf.scalar(1 - beta2)];
        const [keep2, keep] = [tf.scalar(beta2), tf.scalar(1 - learningRate * weightDecay)];
        // √(1 − β₂ᵏ) is multiplied into the rate and into ε, which saves a division by it.
        const corrected = memoize((k: number) => {
          const root2 = Math.sqrt(1 - beta2 ** k);
          return {
            rate: tf.scalar((learningRate / (1 - beta1 ** k)) * root2),
            small: tf.scalar(epsilon * root2),
          };
        });
        const next: tf.NamedTensorMap = {};
        const [expAvg, expAvgSq, steps]: [tf.NamedTensorMap, tf.NamedTensorMap, AdamwState['steps']] = [
          {},
          {},
          {},
        ];
        for (const [name, p] of Object.entries(params)) {
          const [g, m, v, k] = [gradients[name], state.expAvg[name], state.expAvgSq[name], state.steps[name]];
          if (g === undefined) {
            [next[name], expAvg[name], expAvgSq[name], steps[name]] = [p.clone(), m.clone(), v.clone(), k];
            continue;
          }
          steps[name] = k + 1;
          expAvg[name] = m.add(g.sub(m).mul(gain1));
          expAvgSq[name] = v.mul(keep2).add(g.square().mul(gain2));
          const { rate, small } = corrected(k + 1);
          const change = expAvg[name].div(expAvgSq[name].sqrt().add(small)).mul(rate);
          next[name] = (weightDecay === 0 ? p : p.mul(keep)).sub(change);
        }
        return [next, { expAvg, expAvgSq, steps }];
      });
    },
  };
}

function isRate(beta: number): boolean {
  return beta >= 0 && beta < 1;
}

function zeros(params: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, tf.zerosLike(p)]));
}

function check(gradients: tf.NamedTensorMap, state: AdamwState, params: tf.NamedTensorMap): void {
  for (const [name, p] of Object.entries(params)) {
    if (!(name in state.expAvg && name in state.expAvgSq && name in state.steps)) {
      throw new RangeError(`adamw: no state of parameter "${name}", wanted that of adamw().init(params)`);
    }
    const shapes = [gradients[name] ?? p, state.expAvg[name], state.expAvgSq[name]].map((t) =>
      t.shape.join(', '),
    );
    if (shapes.some((shape) => shape !== p.shape.join(', '))) {
      throw new RangeError(
        `adamw: gradient and state of "${name}" [${shapes.join('], [')}], wanted [${p.shape.join(', ')}]`,
      );
    }
  }
  const unknown = Object.keys(gradients).filter((name) => !(name in params));
  if (unknown.length > 0)
    throw new RangeError(`adamw: gradients of ${unknown.join(', ')}, which are no parameters`);
}

function memoize<T>(f: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    const value = known.get(key) ?? f(key);
    known.set(key, value);
    return value;
  };
}
