import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etaAction, etaFixed, etaState, etaStateAction } from './eta.ts';

const obs = (size: number, seed = 1): tf.Tensor3D => tf.randomNormal([size, 2, 3], 0, 1, 'float32', seed);
const layers = { obsDim: 3, condSteps: 2, hidden: [5, 4] };
const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** All four kinds, the sizes of what they give and where that starts. */
const kinds = [
  { name: 'etaFixed', network: etaFixed(), width: 1, base: 0.5 },
  { name: 'etaAction', network: etaAction({ actionDim: 2 }), width: 2, base: 0.5 },
  { name: 'etaState', network: etaState(layers), width: 1, base: 0.5 },
  { name: 'etaStateAction', network: etaStateAction({ ...layers, actionDim: 2 }), width: 2, base: 1 },
] as const;

describe.each(kinds)('$name', ({ network, width, base }) => {
  it('starts near its base, a number for each row and dimension', () => {
    const eta = network.apply(network.init(3), { state: obs(4) });
    expect(eta.shape).toEqual([4, 1, width]);
    // The weights start with gains of a hundredth: three layers make at most thousandths of inputs around 1.
    expect(eta).toBeAllclose(new Float32Array(4 * width).fill(base), { atol: 1e-3 });
  });

  it('gives every parameter a gradient', () => {
    // From weights of the size of 1, so that no unit's activation is off for all rows.
    const params = Object.fromEntries(
      Object.entries(network.init(0)).map(([name, p], i) => [
        name,
        tf.randomUniform(p.shape, 0.05, 0.4, 'float32', i),
      ]),
    );
    const names = Object.keys(params);
    const x = obs(3).abs<tf.Tensor3D>().mul<tf.Tensor3D>(0.1);
    const sum = (...values: tf.Tensor[]): tf.Scalar =>
      network.apply(Object.fromEntries(names.map((name, i) => [name, values[i]])), { state: x }).sum();
    for (const gradient of tf.grads(sum)(Object.values(params))) {
      expect(gradient.abs().max().dataSync()[0]).toBeGreaterThan(1e-4);
    }
  });

  it('gives each row of a batch what it gives the row alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(1000), (size, seed) => {
        tf.tidy(() => {
          const params = network.init(seed);
          const x = obs(size, seed);
          const alone = Array.from({ length: size }, (_, b) =>
            network.apply(params, { state: x.slice(b, 1) }),
          );
          expect(network.apply(params, { state: x })).toBeAllclose(tf.concat(alone));
        });
      }),
      { numRuns: 10 },
    );
  });

  it('keeps only its result', () => {
    const params = network.init(0);
    const x = obs(2);
    expect(() => network.apply(params, { state: x })).toKeepOnlyItsResult();
    expect(() => network.init(1)).toKeepOnlyItsResult();
  });

  it('refuses no rows, and parameters of another network', () => {
    expect(() => network.apply(network.init(0), { state: tf.zeros([0, 2, 3]) })).toThrow(
      'obs.state [0, 2, 3], wanted [B, ',
    );
    expect(() => network.apply({}, { state: obs(1) })).toThrow('no parameter "');
  });
});

describe('etaFixed and etaAction', () => {
  it('are halfway up their range where the logit is 0, and a quarter from its end at atanh ½', () => {
    // ½·(0 + 1)·0.8 + 0.2 = 0.6;  ½·(½ + 1)·0.8 + 0.2 = 0.8.
    const network = etaAction({ actionDim: 2, base: 0.6, min: 0.2, max: 1 });
    expect(network.init(0).eta_logit).toBeAllclose([0, 0]);
    const params = { eta_logit: tf.tensor1d([0, Math.atanh(0.5)]) };
    expect(network.apply(params, { state: obs(1) })).toBeAllclose([0.6, 0.8]);
  });

  it('start at any base of their range, with a finite logit also at its ends', () => {
    fc.assert(
      fc.property(fc.oneof(unit, fc.constantFrom(0, 1)), (height) => {
        const base = 0.1 + 0.9 * height;
        const network = etaFixed({ base: Math.min(base, 1), min: 0.1, max: 1 });
        const params = network.init(0);
        expect(Math.abs(params.eta_logit.dataSync()[0])).toBeLessThan(10);
        expect(network.apply(params, { state: obs(1) })).toBeAllclose([base]);
        const slope = tf.grad((logit) => network.apply({ eta_logit: logit }, { state: obs(1) }).sum());
        expect(slope(params.eta_logit).dataSync()[0]).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('etaState and etaStateAction', () => {
  it('add the tanh of what the network says of the observation to the base', () => {
    // One linear layer: tanh(1·2 + 0.5·(−1) − 1) = tanh(½); tanh(½) + 0.4 = 0.8621172. For −2 and 1: tanh(−2.5) + 0.4, clamped.
    const network = etaState({ obsDim: 2, hidden: [], base: 0.4 });
    const params = {
      'mlp_res.moduleList.0.linear_1.weight': tf.tensor2d([[1, 0.5]]),
      'mlp_res.moduleList.0.linear_1.bias': tf.tensor1d([-1]),
    };
    expect(Object.keys(network.init(0))).toEqual(Object.keys(params));
    expect(network.apply(params, { state: tf.tensor3d([[[2, -1]], [[-2, 1]]]) })).toBeAllclose([0.8621172, 0.1]); // prettier-ignore
  });

  it('stay within their range whatever the weights', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 1, max: 1e3, noNaN: true }), (seed, scale) => {
        tf.tidy(() => {
          const network = etaStateAction({ ...layers, actionDim: 3, base: 0.3, min: 0.2, max: 0.9 });
          const params = Object.fromEntries(
            Object.entries(network.init(seed)).map(([name, p]) => [name, p.mul(scale * 100)]),
          );
          const eta = network.apply(params, { state: obs(4, seed) });
          expect(eta.min().dataSync()[0]).toBeGreaterThanOrEqual(Math.fround(0.2));
          expect(eta.max().dataSync()[0]).toBeLessThanOrEqual(Math.fround(0.9));
        });
      }),
      { numRuns: 20 },
    );
  });

  it('start with weights of the standard deviation of xavier_normal_ at a gain of a hundredth, and biases of 0', () => {
    const network = etaState({ obsDim: 100, hidden: [300] });
    const params = network.init(7);
    const weight = params['mlp_res.moduleList.0.linear_1.weight'];
    const std = tf.moments(weight).variance.sqrt();
    // 0.01·√(2 / 400); of 30 000 numbers the deviation is known to half a percent.
    expect(std).toBeAllclose([0.01 * Math.sqrt(2 / 400)], { atol: 0, rtol: 0.02 });
    expect(params['mlp_res.moduleList.0.linear_1.bias']).toBeAllclose(new Float32Array(300));
  });

  it('refuse a range that is none', () => {
    expect(() => etaState({ ...layers, base: 2 })).toThrow(
      'etaState: min 0.1, base 2, max 1, wanted 0 ≤ min ≤ base ≤ max and min < max',
    );
    expect(() => etaFixed({ min: -1 })).toThrow('etaFixed: min -1');
    expect(() => etaAction({ actionDim: 1, base: 1, min: 1, max: 1 })).toThrow('etaAction: min 1');
    expect(() => etaAction({ actionDim: 0 })).toThrow(
      'etaAction: actionDim 0, wanted a whole number above 0',
    );
  });
});
