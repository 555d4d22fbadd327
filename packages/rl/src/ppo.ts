import * as tf from '@tensorflow/tfjs';

/** What a clipped ratio is made of, one per action or per denoising step. */
export interface Ratio {
  /** ln π of the policy now [B] */
  readonly logProb: tf.Tensor1D;
  /** ln π of the policy that acted [B] */
  readonly oldLogProb: tf.Tensor1D;
  /** ε, one for all or one for each [B] */
  readonly clip: number | tf.Tensor1D;
}

/** A ratio and what the action was worth. */
export interface SurrogateBatch extends Ratio {
  /** A [B] */
  readonly advantage: tf.Tensor1D;
}

/**
 * The loss of proximal policy optimisation.
 *
 * r = exp(logProb − oldLogProb);  L = mean max(−A · r, −A · clamp(r, 1 − ε, 1 + ε))
 *
 * Tensors are not read: an advantage of NaN makes a loss of NaN, which `normalizeAdvantages` would have refused.
 *
 * @throws RangeError where the batch is empty, the shapes disagree or a number clip is not above 0.
 * @see https://arxiv.org/abs/1707.06347 equation 7
 */
export function clippedSurrogate({ logProb, oldLogProb, advantage, clip }: SurrogateBatch): tf.Scalar {
  checkAgree('clippedSurrogate', { logProb, oldLogProb, advantage, clip });
  checkClip('clippedSurrogate', clip);
  return tf.tidy(() => {
    // A ratio that is far too good is clipped anyway; infinite, it would have no gradient.
    const most = tf.where(advantage.greaterEqual(0), 80, Infinity);
    const ratio = logProb.sub(oldLogProb).minimum(most).exp();
    const clipped =
      typeof clip === 'number'
        ? ratio.clipByValue(1 - clip, 1 + clip)
        : ratio.minimum(clip.add(1)).maximum(clip.neg().add(1));
    const cost = advantage.neg();
    return cost.mul(ratio).maximum(cost.mul(clipped)).mean<tf.Scalar>();
  });
}

/**
 * The share of the batch whose ratio has left the clip range.
 *
 * mean [|r − 1| > ε];  NaN where a ratio or a clip is NaN
 *
 * @throws RangeError where the batch is empty, the shapes disagree or a number clip is not above 0.
 * @see model/diffusion/diffusion_ppo.py:150-162 of the reference
 */
export function clipFraction({ logProb, oldLogProb, clip }: Ratio): tf.Scalar {
  checkAgree('clipFraction', { logProb, oldLogProb, clip });
  checkClip('clipFraction', clip);
  return tf.tidy(() => {
    const logRatio = logProb.sub(oldLogProb);
    const outside = logRatio.exp().sub(1).abs().greater(clip);
    // A comparison with NaN is false, and would count as within.
    const known = logRatio.equal(logRatio).logicalAnd(tf.equal(clip, clip));
    return tf.where(known, outside.toFloat(), NaN).mean<tf.Scalar>();
  });
}

/**
 * A low-variance estimate of KL(old ‖ new), never below 0.
 *
 * mean (r − 1 − ln r)
 *
 * @param logProb - ln π of the policy now [B]
 * @param oldLogProb - ln π of the policy that acted [B]
 * @throws RangeError where the batch is empty or the shapes disagree.
 * @see http://joschu.net/blog/kl-approx.html estimator k3
 */
export function approxKl(logProb: tf.Tensor1D, oldLogProb: tf.Tensor1D): tf.Scalar {
  checkAgree('approxKl', { logProb, oldLogProb });
  return tf.tidy(() => {
    const logRatio = logProb.sub(oldLogProb);
    return logRatio.expm1().sub(logRatio).mean<tf.Scalar>();
  });
}

/** What the critic says, and what it should say. */
export interface ValueBatch {
  /** V of the critic now [B] */
  readonly value: tf.Tensor1D;
  /** R [B] */
  readonly returns: tf.Tensor1D;
  /** V when the actions were taken [B]; needed where the loss is clipped */
  readonly oldValue?: tf.Tensor1D;
  /** w, how often each row counts [B]; once by default */
  readonly weight?: tf.Tensor1D;
}

/** How the critic's loss is bounded. */
export interface ValueLossOptions {
  /** How far V may move from oldValue before its error no longer shrinks. */
  readonly clip?: number;
}

/**
 * The critic's loss.
 *
 * L = ½ mean (V − R)²,  clipped: ½ mean max((V − R)², (V_old + clamp(V − V_old, ±clip) − R)²), the mean weighted by w
 *
 * @throws RangeError where the batch is empty, the shapes disagree, or clip comes without oldValue.
 * @see model/diffusion/diffusion_ppo.py:178-189 of the reference
 */
export function valueLoss(
  { value, returns, oldValue, weight }: ValueBatch,
  { clip }: ValueLossOptions = {},
): tf.Scalar {
  checkAgree('valueLoss', { value, returns, ...(oldValue && { oldValue }), ...(weight && { weight }) });
  if (clip !== undefined && !(clip > 0 && oldValue)) {
    throw new RangeError(`valueLoss: got clip ${clip}, wanted one above 0 together with oldValue`);
  }
  return tf.tidy(() => {
    const error = value.sub(returns).square();
    if (clip === undefined || !oldValue) return average(error, weight).mul<tf.Scalar>(0.5);
    // Neither clipByValue nor a maximum whose second number is NaN would keep it on WebAssembly.
    const near = oldValue.add(value.sub(oldValue).maximum(-clip).minimum(clip));
    const larger = near.sub(returns).square().maximum(error);
    return average(larger, weight).mul<tf.Scalar>(0.5);
  });
}

/** Σ w·x / Σ w, or the plain mean. */
function average(values: tf.Tensor, weight?: tf.Tensor1D): tf.Scalar {
  return weight ? values.mul(weight).sum().div<tf.Scalar>(weight.sum()) : values.mean<tf.Scalar>();
}

function checkClip(caller: string, clip: number | tf.Tensor1D): void {
  if (typeof clip === 'number' && !(clip > 0)) {
    throw new RangeError(`${caller}: clip is ${clip}, wanted a number above 0`);
  }
}

function checkAgree(caller: string, parts: Readonly<Record<string, tf.Tensor | number>>): void {
  const tensors = Object.entries(parts).filter(
    (part): part is [string, tf.Tensor] => typeof part[1] !== 'number',
  );
  const [, first] = tensors[0];
  if (
    first.rank !== 1 ||
    first.size === 0 ||
    tensors.some(([, { shape }]) => shape.length !== 1 || shape[0] !== first.size)
  ) {
    const got = tensors.map(([name, { shape }]) => `${name} [${shape.join()}]`).join(', ');
    throw new RangeError(`${caller}: ${got} do not agree, wanted [B] each, B above 0`);
  }
}
