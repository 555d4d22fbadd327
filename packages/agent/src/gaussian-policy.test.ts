import { gaussianMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { gaussianPolicy } from './gaussian-policy.ts';

const sizes = { obsDim: 2, actionDim: 3, horizonSteps: 1 };
const network = gaussianMlp({ ...sizes, hidden: [4], residual: false, fixedStd: 0.5 });
const policy = gaussianPolicy({ ...sizes, network });
const ones = (): tf.Tensor3D => tf.ones<tf.Rank.R3>([2, 1, 2]);

it('evaluates what it drew as it drew it, and draws within the bound of the noise', () => {
  tf.tidy(() => {
    const [params, obs] = [network.init(1), ones()];
    const { chain, logProbs } = policy.act(params, obs, tf.ones<tf.Rank.R4>([1, 2, 1, 3]).mul(100));
    const [previous, next] = chain.unstack<tf.Tensor3D>(1);
    const { logProbs: again } = policy.evaluate(params, {
      obs,
      previous,
      next,
      index: tf.tensor1d([0, 0], 'int32'),
    });
    expect(again).toBeAllclose(logProbs);
    // Noise is bounded by 3: a = μ + 3σ.
    expect(next.sub(policy.best(params, obs, tf.zeros([1, 2, 1, 3])))).toBeAllclose(
      Array.from({ length: 6 }, () => 1.5),
    );
  });
});

it('has the entropy of a Gaussian, ½ ln 2πeσ²', () => {
  const entropy = tf.tidy(() => {
    const [params, obs, index] = [network.init(1), ones(), tf.tensor1d([0, 0], 'int32')];
    const zeros = tf.zeros<tf.Rank.R3>([2, 1, 3]);
    return policy.evaluate(params, { obs, previous: zeros, next: zeros, index }).entropy.dataSync();
  });
  expect(entropy).toBeAllclose([0.5 * Math.log(2 * Math.PI * Math.E * 0.25)]);
});
