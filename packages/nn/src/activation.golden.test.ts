import { describeGolden, toTensor } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { activationNamed } from '../test/golden.ts';
import { activate } from './activation.ts';

// TensorFlow's tanh is 1 from 7.9 on, where x · (1 − tanh²), a part of mish's derivative, is still 4e-6.
const tolerance = { atol: 1e-5, rtol: 1e-6 };

describeGolden('activations', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with PyTorch, derivative included: $name', ({ name, inputs, outputs }, { skip }) => {
    const activation = activationNamed(name, skip);
    const x = toTensor(inputs.x);
    expect(activate(x, activation)).toBeAllclose(outputs.y.data, tolerance);
    const slope = tf.grad((t) => activate(t, activation))(x);
    expect(slope).toBeAllclose(outputs.dy_dx.data, tolerance);
  });
});
