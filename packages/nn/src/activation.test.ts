import { readGolden } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activate, type Activation } from './activation.ts';

const golden = readGolden(new URL('../golden/activations.json', import.meta.url));

const names: Activation[] = ['relu', 'mish', 'tanh', 'gelu', 'identity'];

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
        fc.constantFrom('relu', 'mish', 'gelu'),
        (x, name) => {
          expect(activate(tf.tensor1d([x, -x]), name as Activation)).toBeAllclose([Math.fround(x), 0]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(names)('keeps only its result: %s', (name) => {
    const x = tf.tensor1d([-1, 0, 2]);
    expect(() => activate(x, name)).toKeepOnlyItsResult();
  });

  it.each(golden!.cases)(
    'agrees with the reference, derivative included: $name',
    ({ name, inputs, outputs }) => {
      const activation = names.find((each) => each === name.toLowerCase())!;
      const x = tf.tensor1d(inputs.x.data);
      expect(activate(x, activation)).toBeAllclose(outputs.y.data, { atol: 1e-6, rtol: 1e-6 });
      const slope = tf.grad((t) => activate(t, activation))(x);
      expect(slope).toBeAllclose(outputs.dy_dx.data, { atol: 1e-6, rtol: 1e-6 });
    },
  );
});
