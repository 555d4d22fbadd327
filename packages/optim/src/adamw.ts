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
  /** ε, added to the denominator. */
  readonly epsilon?: number;
}

/** What {@link adamw} remembers of each parameter, by its name. A type, not an interface, to be a Tree. */
export type AdamwState = {
  /** Average gradient m, shaped as the parameter. */
  readonly expAvg: tf.NamedTensorMap;
  /** Average squared gradient v, shaped as the parameter. */
  readonly expAvgSq: tf.NamedTensorMap;
  /** Updates so far, k, a scalar each; tensors, so that an update is a function of tensors alone and can be compiled. */
  readonly steps: tf.NamedTensorMap;
};

/**
 * Adam with decoupled weight decay, as PyTorch computes it:
 * p ← p·(1 − η·λ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * p ← p − η/(1 − β₁ᵏ) · m / (√v/√(1 − β₂ᵏ) + ε).
 *
 * A parameter without gradient stays as it is, without decay, and its k does not grow.
 *
 * @throws RangeError for an option out of its range; from `update`, for a learning rate that is not a number of 0 or more,
 * and a gradient whose parameter or state is missing or whose shape differs. Gradients are not read: NaN stays NaN.
 * @see https://arxiv.org/abs/1711.05101 algorithm 2
 */
export function adamw({
  weightDecay = 0,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamwOptions = {}): Optimizer<AdamwState, number | tf.Scalar> {
  if (!(weightDecay >= 0 && epsilon > 0 && isDecay(beta1) && isDecay(beta2))) {
    throw new RangeError(
      `adamw: weightDecay ${weightDecay}, beta1 ${beta1}, beta2 ${beta2}, epsilon ${epsilon}, wanted weightDecay ≥ 0, betas in [0, 1), epsilon > 0`,
    );
  }

  /** √(1 − β₂ᵏ) is multiplied into the rate and into ε, which saves a division by it. All names at once: vectors. */
  function corrections(names: readonly string[], steps: tf.NamedTensorMap, lr: tf.Tensor) {
    if (names.length === 0) return {};
    const k = tf.stack(names.map((name) => steps[name])).add(1);
    const root2 = complement(beta2, k).sqrt();
    const rates = lr.mul(root2).div(complement(beta1, k)).unstack();
    const smalls = root2.mul(epsilon).unstack();
    return Object.fromEntries(names.map((name, i) => [name, { rate: rates[i], small: smalls[i] }]));
  }

  return {
    init: (params) => ({
      expAvg: zeros(params),
      expAvgSq: zeros(params),
      steps: Object.fromEntries(Object.keys(params).map((name) => [name, tf.scalar(0)])),
    }),
    update: (gradients, state, params, learningRate) => {
      const isRate = learningRate instanceof tf.Tensor || (learningRate >= 0 && learningRate < Infinity);
      if (!isRate) {
        const got = typeof learningRate === 'object' ? JSON.stringify(learningRate) : String(learningRate);
        throw new RangeError(`adamw: learningRate ${got}, wanted a number of 0 or more`);
      }
      check(gradients, state, params);
      return tf.tidy(() => {
        // One scalar tensor for all parameters: a plain number would become a new one in every operation.
        const [gain1, gain2, keep2] = [tf.scalar(1 - beta1), tf.scalar(1 - beta2), tf.scalar(beta2)];
        const lr = typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate;
        const keep = tf.scalar(1).sub(lr.mul(weightDecay));
        const reached = Object.keys(params).filter((name) => name in gradients);
        const corrected = corrections(reached, state.steps, lr);
        const next: tf.NamedTensorMap = {};
        const [expAvg, expAvgSq, steps]: tf.NamedTensorMap[] = [{}, {}, {}];
        for (const [name, p] of Object.entries(params)) {
          const [g, m, v, k] = [gradients[name], state.expAvg[name], state.expAvgSq[name], state.steps[name]];
          if (g === undefined) {
            [next[name], expAvg[name], expAvgSq[name], steps[name]] = [p, m, v, k].map((t) => t.clone());
            continue;
          }
          const { rate, small } = corrected[name];
          steps[name] = k.add(1);
          expAvg[name] = m.add(g.sub(m).mul(gain1));
          expAvgSq[name] = v.mul(keep2).add(g.square().mul(gain2));
          const change = expAvg[name].div(expAvgSq[name].sqrt().add(small)).mul(rate);
          next[name] = (weightDecay === 0 ? p : p.mul(keep)).sub(change);
        }
        return [next, { expAvg, expAvgSq, steps }];
      });
    },
  };
}

/** 1 − βᵏ without the loss of digits that the subtraction has in float32. */
function complement(beta: number, k: tf.Tensor): tf.Tensor {
  return k.mul(Math.log(beta)).expm1().neg();
}

function isDecay(beta: number): boolean {
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
    throw new RangeError(
      `adamw: gradients of ${unknown.join(', ')}, wanted those of the parameters ${Object.keys(params).join(', ')}`,
    );
}
