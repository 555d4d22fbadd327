import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { normal, seeds } from '../test/smooth.ts';
import { flowMatchingLoss, interpolate } from './flow-matching.ts';
import type { Denoise } from './sampler.ts';

const chunks = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [values.length, 1, 1]);
const example = () => ({ actions: chunks(1, 1), noise: chunks(-1, 3), time: tf.tensor1d([0.25, 1]) });
const double: Denoise = (x, time) => x.mul<tf.Tensor3D>(2).add(tf.reshape(time, [-1, 1, 1]));

it('interpolate mixes each row by hand as its own time says', () => {
  // ¼ · 1 − ¾ · 1 = −½;  1 · 1 + 0 · 3 = 1.
  expect(interpolate(example())).toBeAllclose([-0.5, 1]);
});

describe('flowMatchingLoss', () => {
  it('is by hand the mean squared error of the velocity at the times of the rows', () => {
    // v(−½, ¼) = −¾ where 2 is right, v(1, 1) = 3 where −2 is: (2.75² + 5²) / 2.
    expect(flowMatchingLoss(double, example())).toBeAllclose([(2.75 ** 2 + 25) / 2]);
  });

  it('is 0 for the velocity of the way that the batch goes, whatever the times', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [actions, noise] = [normal([3, 2, 2], seed), normal([3, 2, 2], seed + 1)];
        const time = tf.randomUniform<tf.Rank.R1>([3], 0, 1, 'float32', seed);
        const straight: Denoise = () => actions.sub(noise);
        expect(flowMatchingLoss(straight, { actions, noise, time })).toBeAllclose([0]);
      }),
      { numRuns: 10 },
    );
  });

  it('refuses shapes that do not agree, and keeps only its result', () => {
    const batch = example();
    expect(() => interpolate({ ...batch, noise: chunks(1) })).toThrow(
      'interpolate: actions [2,1,1], noise [1',
    );
    expect(() => flowMatchingLoss((x) => x.slice(0, 1), batch)).toThrow(
      'velocity gave [1,1,1], wanted [2,1,1]',
    );
    expect(() => interpolate(batch)).toKeepOnlyItsResult();
    expect(() => flowMatchingLoss(double, batch)).toKeepOnlyItsResult();
  });
});
