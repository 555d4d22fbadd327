import * as tf from '@tensorflow/tfjs';

/**
 * The exponential moving average of parameters after one more set of them: `decay`·`average` + (1 − `decay`)·`params`.
 *
 * @throws RangeError where decay is not in [0, 1] or names or shapes differ.
 * @see agent/pretrain/train_agent.py:36-168 of the reference
 */
export function ema(average: tf.NamedTensorMap, params: tf.NamedTensorMap, decay: number): tf.NamedTensorMap {
  if (!(decay >= 0 && decay <= 1)) throw new RangeError(`ema: decay ${decay}, wanted in [0, 1]`);
  const [names, wanted] = [average, params].map((map) => Object.keys(map).toSorted().join(', '));
  if (names !== wanted)
    throw new RangeError(`ema: average of ${names}, parameters ${wanted}, wanted the same names`);
  for (const [name, { shape }] of Object.entries(params)) {
    if (average[name].shape.join() !== shape.join()) {
      throw new RangeError(
        `ema: average of "${name}" [${average[name].shape.join(', ')}], wanted [${shape.join(', ')}]`,
      );
    }
  }
  return tf.tidy(() => {
    const [keep, gain] = [tf.scalar(decay), tf.scalar(1 - decay)];
    const next = Object.entries(average).map(
      ([name, a]) => [name, a.mul(keep).add(params[name].mul(gain))] as const,
    );
    return Object.fromEntries(next);
  });
}
