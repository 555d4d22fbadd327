import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { activate, type Activation } from './activation.ts';
import { denoiserMlp } from './denoiser-mlp.ts';
import { etaState } from './eta.ts';
import { gaussianMlp } from './gaussian-mlp.ts';
import { unet1d } from './unet1d.ts';
import { valueMlp } from './value-mlp.ts';

const sizes = { obsDim: 3, actionDim: 2, horizonSteps: 4 };
const seen = (value: number) => ({ state: tf.tensor3d([0.1, value, 0.2], [1, 1, 3]) });
const x = (): tf.Tensor3D => tf.ones([1, 4, 2]);

const activations: readonly Activation[] = ['relu', 'elu', 'mish', 'tanh', 'gelu', 'softplus', 'identity'];
it.each(activations)('%s of NaN is NaN, wherever it stands', (activation) => {
  for (const at of [0, 9, 22]) {
    const values = tf.tensor1d(Float32Array.from({ length: 23 }, (_, i) => (i === at ? NaN : i / 9 - 1)));
    expect(Array.from(activate(values, activation).dataSync()).findIndex(Number.isNaN)).toBe(at);
  }
});

const mlp = denoiserMlp({ ...sizes, timeDim: 4, hidden: [16, 16, 16] });
const unet = unet1d({ ...sizes, timeDim: 4, dim: 8, dimMults: [1, 2], groups: 2 });
const gaussian = gaussianMlp({ ...sizes, hidden: [16], residual: false });
const critic = valueMlp({ obsDim: 3, hidden: [16, 16, 16] });
const eta = etaState({ obsDim: 3, hidden: [16] });
const outputs: Readonly<Record<string, (value: number) => tf.Tensor>> = {
  denoiserMlp: (value) => mlp.apply(mlp.init(1), seen(value))(x(), 1),
  unet1d: (value) => unet.apply(unet.init(1), seen(value))(x(), 1),
  gaussianMlp: (value) => gaussian.apply(gaussian.init(1), seen(value)).mean,
  valueMlp: (value) => critic.apply(critic.init(1), seen(value)),
  etaState: (value) => eta.apply(eta.init(1), seen(value)),
};
it.each(Object.entries(outputs))('what %s makes of an observation of NaN is not finite', (_, output) => {
  expect(output(0.3).dataSync().every(Number.isFinite)).toBe(true);
  expect(output(NaN).dataSync().some(Number.isFinite)).toBe(false);
});
