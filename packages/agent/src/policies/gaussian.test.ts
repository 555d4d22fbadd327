import { gaussianMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { gaussianPolicy } from './gaussian.ts';

const sizes = { obsDim: 2, actionDim: 3, horizonSteps: 1 };
const network = gaussianMlp({ ...sizes, hidden: [4], residual: false, fixedStd: 0.5 });
const policy = gaussianPolicy({ ...sizes, network });
const seen = () => ({ state: tf.ones<tf.Rank.R3>([2, 1, 2]) });
const from = (states: tf.Tensor4D) => ({ states, first: tf.tensor1d([0, 0], 'int32') });

it('scores what it drew as it drew it, and draws within the bound of the noise', () => {
  tf.tidy(() => {
    const params = policy.init(1);
    const { states, logProb } = policy.act(params, seen(), tf.ones<tf.Rank.R4>([1, 2, 1, 3]).mul(100));
    expect(policy.logProb(params, seen(), from(states)).logProb).toBeAllclose(logProb.squeeze([1]));
    // Noise is bounded by 3: a = μ + 3σ; the best action is μ, whatever the noise.
    const [, action] = states.unstack<tf.Tensor3D>(1);
    expect(action.sub(policy.best(params, seen(), tf.ones([1, 2, 1, 3])))).toBeAllclose(
      Array.from({ length: 6 }, () => 1.5),
    );
    // Mean over three elements, each −3²/2 − ln 0.5 − ½ ln 2π = −4.7257914.
    expect(logProb).toBeAllclose([-4.7257914, -4.7257914]);
  });
});

it('has the entropy of a Gaussian, ½ ln 2πeσ²', () => {
  tf.tidy(() => {
    const states = tf.zeros<tf.Rank.R4>([2, 2, 1, 3]);
    const { entropy } = policy.logProb(policy.init(1), seen(), from(states));
    expect(entropy).toBeAllclose([0.5 * Math.log(2 * Math.PI * Math.E * 0.25)]);
  });
});
