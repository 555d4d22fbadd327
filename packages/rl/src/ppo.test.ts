import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { approxKl, clipFraction, clippedSurrogate, valueLoss } from './ppo.ts';

const row = (...values: number[]): tf.Tensor1D => tf.tensor1d(values);
const logs = (...ratios: number[]): tf.Tensor1D => row(...ratios.map(Math.log));
const numbers = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 });
const zeros = (): tf.Tensor1D => row(0, 0, 0, 0);
const scalar = (of: tf.Tensor): number => of.dataSync()[0];

/** Two good and two bad actions, ε = 0.2, against a policy of log-probability 0. */
const oneEach = (logProb: tf.Tensor): tf.Scalar =>
  clippedSurrogate({ logProb: logProb.as1D(), oldLogProb: zeros(), advantage: row(1, 1, -1, -1), clip: 0.2 });

describe('clippedSurrogate', () => {
  it('takes the worse of the ratio and the clipped ratio', () => {
    // Ratios 2 and ½, ε = 0.2. A = 1: max(−2, −1.2) and max(−½, −0.8). A = −1: max(2, 1.2) and max(½, 0.8).
    expect(oneEach(logs(2, 0.5, 2, 0.5))).toBeAllclose([(-1.2 - 0.5 + 2 + 0.8) / 4]);
  });

  it('has a clip range for each element', () => {
    // −1.2 for ε = 0.2 and −1.5 for ε = 0.5.
    const batch = { logProb: logs(2, 2), oldLogProb: row(0, 0), advantage: row(1, 1), clip: row(0.2, 0.5) };
    expect(clippedSurrogate(batch)).toBeAllclose([-1.35]);
  });

  it('has the gradient of −A·ln π where the ratio is 1', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (old, by, each) => {
        const advantage = row(...by);
        const loss = (logProb: tf.Tensor): tf.Scalar =>
          clippedSurrogate({
            logProb: logProb.as1D(),
            oldLogProb: row(...old),
            advantage,
            clip: each ? row(0.1, 0.2, 0.3, 0.4) : 0.1,
          });
        expect(tf.grad(loss)(row(...old))).toBeAllclose(advantage.mul(-1 / 4));
      }),
      { numRuns: 30 },
    );
  });

  it('has no gradient where a ratio has left the range to the better', () => {
    // d/d ln π of −A·r is −A·r; each counts a quarter.
    expect(tf.grad(oneEach)(logs(2, 0.5, 2, 0.5))).toBeAllclose([0, -0.125, 0.5, 0]);
  });

  it.each([88, 89, 1000, Infinity])(
    'has no gradient where a ratio of e^%d is too good, nor where nothing was gained',
    (x) => {
      // −(1.1 + 1)/2, and each counts a half.
      const loss = (advantage: number) => (logProb: tf.Tensor) =>
        clippedSurrogate({
          logProb: logProb.as1D(),
          oldLogProb: row(0, 0),
          advantage: row(advantage, 1),
          clip: 0.1,
        });
      expect(loss(1)(row(x, 0))).toBeAllclose([-1.05]);
      expect(tf.grad(loss(1))(row(x, 0))).toBeAllclose([0, -0.5]);
      expect(loss(0)(row(x, 0))).toBeAllclose([-0.5]);
      expect(tf.grad(loss(0))(row(x, 0))).toBeAllclose([0, -0.5]);
    },
  );

  it('leaves a log-ratio of NaN visible, and a ratio that is far too bad', () => {
    expect(scalar(oneEach(row(NaN, 0, 0, 0)))).toBeNaN();
    expect(scalar(oneEach(row(0, 0, 89, 0)))).toBe(Infinity);
  });

  it('is for a batch of four the mean of two of two', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (now, old, by) => {
        const loss = (from: number, to: number): number =>
          scalar(
            clippedSurrogate({
              logProb: row(...now.slice(from, to)),
              oldLogProb: row(...old.slice(from, to)),
              advantage: row(...by.slice(from, to)),
              clip: 0.2,
            }),
          );
        // Ratios reach e⁴ and advantages 2.
        expect(row(loss(0, 4))).toBeAllclose([(loss(0, 2) + loss(2, 4)) / 2], { atol: 1e-5 });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses shapes that do not agree, an empty batch and a range that is none', () => {
    expect(() =>
      clippedSurrogate({ logProb: row(1), oldLogProb: row(1, 2), advantage: row(1), clip: 0.1 }),
    ).toThrow(
      'clippedSurrogate: logProb [1], oldLogProb [2], advantage [1] do not agree, wanted [B] each, B above 0',
    );
    expect(() =>
      clippedSurrogate({ logProb: row(), oldLogProb: row(), advantage: row(), clip: 0.1 }),
    ).toThrow(RangeError);
    const one = { logProb: row(1), oldLogProb: row(1), advantage: row(1) };
    expect(() => clippedSurrogate({ ...one, clip: -0.1 })).toThrow('clippedSurrogate: clip is -0.1, wanted');
    expect(() => clipFraction({ ...one, clip: NaN })).toThrow('clipFraction: clip is NaN');
    expect(() => clipFraction({ ...one, clip: row(1, 2) })).toThrow('clip [2] do not agree');
    expect(() => approxKl(row(1), row(1, 2))).toThrow('approxKl: logProb [1], oldLogProb [2] do not agree');
  });
});

describe('clipFraction', () => {
  it('counts the ratios outside the range on either side', () => {
    // |r − 1| = 0.5, 0.4, 0.1, 0.
    const logProb = logs(1.5, 0.6, 1.1, 1);
    expect(clipFraction({ logProb, oldLogProb: zeros(), clip: 0.2 })).toBeAllclose([0.5]);
    expect(clipFraction({ logProb, oldLogProb: zeros(), clip: row(0.6, 0.6, 0.05, 0.05) })).toBeAllclose([
      0.25,
    ]);
  });

  it('is 0 where the policies are the same', () => {
    fc.assert(
      fc.property(numbers, (log) => {
        expect(clipFraction({ logProb: row(...log), oldLogProb: row(...log), clip: 1e-3 })).toBeAllclose([0]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('approxKl', () => {
  it('is the mean of r − 1 − ln r', () => {
    // r = 2, ½: 2 − 1 − 0.6931472 and ½ − 1 + 0.6931472.
    expect(approxKl(logs(2, 0.5), row(0, 0))).toBeAllclose([0.25]);
  });

  it('is never below 0, and 0 where the policies are the same', () => {
    fc.assert(
      fc.property(numbers, numbers, (now, old) => {
        expect(scalar(approxKl(row(...now), row(...old)))).toBeGreaterThanOrEqual(-1e-6);
        expect(approxKl(row(...now), row(...now))).toBeAllclose([0]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('valueLoss', () => {
  it('is half the mean squared error', () => {
    expect(valueLoss({ value: row(1, 2), returns: row(3, 2) })).toBeAllclose([1]);
  });

  it('takes the larger error of the value and of one near the old value', () => {
    // V = 3 against V_old = 0, R = 3: at V 0, but at 0 + 1 it is 4. V = −3: 36 at V, 16 at −1.
    expect(
      valueLoss({ value: row(3, -3), returns: row(3, 3), oldValue: row(0, 0) }, { clip: 1 }),
    ).toBeAllclose([10]);
  });

  it('is unclipped where the value has moved less than the clip', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (now, old, returns) => {
        const batch = { value: row(...now), returns: row(...returns), oldValue: row(...old) };
        expect(valueLoss(batch, { clip: 100 })).toBeAllclose(valueLoss(batch));
      }),
      { numRuns: 20 },
    );
  });

  it('counts a row of weight 2 as often as two rows', () => {
    const options = { clip: 0.5 };
    const once = { value: row(1, 4), returns: row(3, 2), oldValue: row(0, 1), weight: row(2, 1) };
    const twice = { value: row(1, 1, 4), returns: row(3, 3, 2), oldValue: row(0, 0, 1) };
    expect(valueLoss(once, options)).toBeAllclose(valueLoss(twice, options));
  });

  it('refuses to clip around nothing, and shapes that do not agree', () => {
    expect(() => valueLoss({ value: row(1), returns: row(1, 2) })).toThrow(
      'valueLoss: value [1], returns [2] do not agree',
    );
    expect(() => valueLoss({ value: row(), returns: row() })).toThrow(RangeError);
    expect(() => valueLoss({ value: row(1), returns: row(1) }, { clip: 1 })).toThrow(
      'valueLoss: got clip 1, wanted one above 0 together with oldValue',
    );
  });
});

it('keeps only its result', () => {
  const [logProb, oldLogProb, advantage, clip] = [row(1, 2), row(1, 1), row(3, -1), row(0.1, 0.2)];
  expect(() => clippedSurrogate({ logProb, oldLogProb, advantage, clip })).toKeepOnlyItsResult();
  expect(() => clippedSurrogate({ logProb, oldLogProb, advantage, clip: 0.1 })).toKeepOnlyItsResult();
  expect(() => clipFraction({ logProb, oldLogProb, clip })).toKeepOnlyItsResult();
  expect(() => approxKl(logProb, oldLogProb)).toKeepOnlyItsResult();
  const values = { value: logProb, returns: advantage, oldValue: oldLogProb, weight: clip };
  expect(() => valueLoss(values, { clip: 0.2 })).toKeepOnlyItsResult();
});
