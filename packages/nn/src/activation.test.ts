import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activate, type Activation } from './activation.ts';

const names: Activation[] = ['relu', 'elu', 'mish', 'tanh', 'gelu', 'softplus', 'identity'];

describe('activate', () => {
  it('has slope 3/5 at 0 for mish', () => {
    // x·tanh(ln(1 + eˣ)) has the slope tanh(ln 2) = (2 − ½)/(2 + ½) there.
    const slope = tf.grad((x) => activate(x, 'mish'))(tf.scalar(0));
    expect(slope).toBeAllclose([0.6]);
  });

  it('leaves large arguments as they are and takes very negative ones to zero', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 30, max: 1000, noNaN: true }),
        fc.constantFrom('relu', 'mish', 'gelu', 'softplus'),
        (x, name) => {
          expect(activate(tf.tensor1d([x, -x]), name as Activation)).toBeAllclose([Math.fround(x), 0]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is −½ at −ln 2 for elu, and ln 2 at 0 for softplus', () => {
    expect(activate(tf.scalar(-Math.LN2), 'elu')).toBeAllclose([-0.5]);
    expect(activate(tf.scalar(0), 'softplus')).toBeAllclose([Math.LN2]);
  });

  it.each(names)('keeps only its result: %s', (name) => {
    const x = tf.tensor1d([-1, 0, 2]);
    expect(() => activate(x, name)).toKeepOnlyItsResult();
  });
});
