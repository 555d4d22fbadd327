import { flowSampler, sample } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noisyFlow, smallFlow, smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { noiseOf } from './build-flow.ts';
import { etaOf, networkOf, policyOf, samplersOf } from './build.ts';
import { networkWeights } from './network-weights.ts';
import type { DenoisingSpec, EtaSpec, PolicySpec } from './spec.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const specs = { smallMlp, smallUnet, smallFlow, smallGaussian };
const paramsOf = ({ network }: PolicySpec, seed = 1): tf.NamedTensorMap => networkOf(network).init(seed);
const obs = () => ({ state: tf.tensor3d([[[0.1, -0.2, 0.3, 0.4]]]) });
const noise = (draws: number) => tf.randomNormal<tf.Rank.R4>([draws, 1, 4, 2], 0, 1, 'float32', 7);
const withSampler = (change: object): PolicySpec => ({
  ...smallMlp,
  sampler: { ...smallMlp.sampler, ...change },
});

describe('policyOf', () => {
  it.each([
    ['smallMlp', 6, 6],
    ['smallUnet', 6, 6],
    ['smallFlow', 5, 5],
    ['smallGaussian', 2, 1],
  ] as const)('acts and explores in finite numbers: %s', (name, states, draws) => {
    const spec = specs[name];
    const policy = policyOf({ spec, params: paramsOf(spec) });
    expect(policy).toMatchObject({ states, draws, horizonSteps: 4, actionDim: 2 });
    const path = policy.act(paramsOf(spec), obs(), noise(draws));
    const best = policy.best(paramsOf(spec), obs(), noise(draws));
    expect(path.states.shape).toEqual([1, states, 4, 2]);
    expect(best.shape).toEqual([1, 4, 2]);
    for (const tensor of [path.states, best]) expect(tensor.dataSync().every(Number.isFinite)).toBe(true);
  });

  it('runs the steps before the fine-tuned ones with the frozen weights, and those alone', () => {
    const spec = withSampler({ ftDenoisingSteps: 2 });
    const [params, frozen] = [paramsOf(spec, 1), paramsOf(spec, 2)];
    const chunk = (file: { params: tf.NamedTensorMap; frozen?: tf.NamedTensorMap }) =>
      policyOf({ spec, ...file }).best(file.params, obs(), noise(6));
    const mixed = chunk({ params, frozen }).dataSync();
    expect(mixed).not.toEqual(chunk({ params }).dataSync());
    expect(mixed).not.toEqual(chunk({ params: frozen }).dataSync());
    expect(policyOf({ spec, params, frozen }).states).toBe(3);
  });

  it('explores as it is told, and trains in as many steps', () => {
    const policy = policyOf(
      { spec: smallMlp, params: paramsOf(smallMlp) },
      { ftDenoisingSteps: 1, minStd: 5 },
    );
    expect(policy.states).toBe(2);
    const { states } = policy.act(paramsOf(smallMlp), obs(), tf.ones([6, 1, 4, 2]));
    const [previous, next] = states.unstack(1);
    expect(next.sub(previous).abs().min().arraySync()).toBeGreaterThan(1);
  });

  it('clips the prediction and the action where the description says so, and not where it does not', () => {
    const params = Object.fromEntries(
      Object.entries(paramsOf(smallMlp)).map(([name, weight]) => [name, weight.mul(30)]),
    );
    const most = (change: object): number =>
      policyOf({ spec: withSampler(change), params })
        .best(params, obs(), noise(6))
        .abs()
        .max()
        .arraySync() as number;
    expect(most({ clipX0: undefined })).toBeGreaterThan(10);
    expect(most({})).toBeCloseTo(1, 5);
    expect(most({ clipAction: 0.5 })).toBe(0.5);
  });

  it('makes a flow of velocities that explores by the noise of its description, learned or not', () => {
    const params = paramsOf(smallFlow);
    const fixed = policyOf({ spec: smallFlow, params });
    const start = noise(5).slice(0, 1).squeeze<tf.Tensor3D>([0]);
    const velocity = networkOf(smallFlow.network).apply(params, obs());
    const flow = flowSampler(4, 0, { clipMean: 1 });
    const wanted = sample(flow, velocity, start, undefined, { clipAction: 1 });
    expect(fixed.best(params, obs(), noise(5))).toBeAllclose(wanted);
    const noisy = policyOf({ spec: noisyFlow, params });
    const own = noisy.init(1);
    expect(noisy.best(own, obs(), noise(5))).toBeAllclose(wanted);
    const { noise: described } = noisyFlow.sampler;
    if (typeof described !== 'object') throw new Error('wanted a noise that is learned');
    const names = Object.keys(noiseOf(described, noisyFlow.network, 4).shapes);
    expect(Object.keys(own)).toEqual([...Object.keys(params), ...names.map((name) => `noise.${name}`)]);
    // Of a file that was fine-tuned already.
    expect(Object.keys(policyOf({ spec: noisyFlow, params: own }).init(1))).toEqual(Object.keys(own));
    expect(() => policyOf({ spec: smallFlow, params }, { minStd: 0.1 })).toThrow(
      'policyOf: found minStd, wanted none of them for a flow',
    );
  });

  it("takes the network's answer for the chunk itself where it predicts that", () => {
    // The one step of K = 1 ends with x̂₀ and nothing else.
    const spec = withSampler({ denoisingSteps: 1, prediction: 'x0', clipX0: undefined });
    const params = paramsOf(spec);
    const draws = noise(2);
    const [start] = draws.unstack<tf.Tensor3D>();
    const answer = networkOf(smallMlp.network).apply(params, obs())(start, 0);
    expect(policyOf({ spec, params }).best(params, obs(), draws)).toBeAllclose(answer, { atol: 1e-6 });
  });

  it('takes DDIM without noise for its best, whatever its η', () => {
    const params = paramsOf(smallUnet);
    const sampler = { kind: 'ddim', denoisingSteps: 10, ddimSteps: 5 } as const;
    const best = (eta: number) =>
      policyOf({ spec: { ...smallUnet, sampler: { ...sampler, eta } }, params })
        .best(params, obs(), noise(6))
        .dataSync();
    expect(best(1)).toEqual(best(0));
  });

  it('goes the way that the network predicts, where the description says so', () => {
    const params = Object.fromEntries(
      Object.entries(paramsOf(smallUnet)).map(([name, weight]) => [name, weight.mul(3)]),
    );
    const sampler = { kind: 'ddim', denoisingSteps: 10, ddimSteps: 5, eta: 1, clipX0: 0.3 } as const;
    const best = (change: object) =>
      policyOf({ spec: { ...smallUnet, sampler: { ...sampler, ...change } }, params })
        .best(params, obs(), noise(6))
        .dataSync();
    expect(best({ direction: 'predicted' })).not.toEqual(best({}));
    expect(best({ direction: 'implied' })).toEqual(best({}));
  });

  it('leaves out the actions that are past when a chunk is made', () => {
    const params = paramsOf(smallMlp);
    const best = (change: object) =>
      policyOf({ spec: { ...smallMlp, task: { ...smallMlp.task, ...change } }, params }).best(
        params,
        obs(),
        noise(6),
      );
    const ahead = best({ actSteps: 2, firstAction: 2 });
    expect(ahead).toBeAllclose(best({}).slice([0, 2]), { atol: 0, rtol: 0 });
  });

  it.each<[string, Partial<PolicySpec>, string]>([
    [
      'more actions executed than there are from the present on',
      { task: { ...smallMlp.task, actSteps: 3, firstAction: 2 } },
      'task.actSteps is 3, wanted at most network.horizonSteps, 4 without the 2 before task.firstAction',
    ],
    [
      'more actions executed than predicted',
      { task: { ...smallMlp.task, actSteps: 400 } },
      'task.actSteps is 400, wanted at most network.horizonSteps, 4',
    ],
    [
      'a minimum above its maximum',
      { bounds: { ...smallMlp.bounds, actionMin: [-0.01, 0.02] } },
      'bounds.actionMin.1 is 0.02, wanted at most bounds.actionMax.1, 0.01',
    ],
    [
      'a bound that is not a number',
      { bounds: { ...smallMlp.bounds, actionMax: [0.01, NaN] } },
      'bounds.actionMax.1 is NaN, wanted a finite number of float32',
    ],
    [
      'bounds of another robot',
      { bounds: { ...smallMlp.bounds, obsMin: [0] } },
      'bounds.obsMin is 1 numbers, wanted 4, network.obsDim',
    ],
  ])('refuses %s', (_, change, message) => {
    const spec = { ...smallMlp, ...change };
    expect(() => policyOf({ spec, params: paramsOf(smallMlp) })).toThrow(
      new RangeError(`policyOf: ${message}`),
    );
  });

  it('refuses a Gaussian sampler for a denoiser', () => {
    const spec: PolicySpec = { ...smallMlp, sampler: { kind: 'gaussian' } };
    expect(() => policyOf({ spec, params: paramsOf(smallMlp) })).toThrow(
      new RangeError('policyOf: sampler.kind is gaussian, wanted ddpm, ddim or flow for network.kind mlp'),
    );
  });
});

const range = { base: 0.7, min: 0.2, max: 1.5 };
const etas: readonly EtaSpec[] = [
  { kind: 'fixed', ...range },
  { kind: 'action', ...range },
  { kind: 'state', ...range, hidden: [6], activation: 'tanh' },
  { kind: 'state-action', ...range, hidden: [6, 5] },
];

describe.each(etas)('a policy that learns η: $kind', (eta) => {
  const sampler = { kind: 'ddim', denoisingSteps: 10, ddimSteps: 5, clipX0: 1, eta } as const;
  const spec = { ...smallMlp, sampler };
  const made = (change: Partial<DenoisingSpec> = {}) =>
    policyOf({ spec: { ...spec, sampler: { ...sampler, ...change } }, params: paramsOf(spec) });

  it('begins at its base, with weights of η beside those of the network', () => {
    const policy = made();
    const params = policy.init(3);
    expect(Object.keys(networkWeights(params))).toEqual(Object.keys(paramsOf(spec)));
    const own = etaOf(eta, smallMlp.network);
    expect(Object.keys(params).filter((name) => name.startsWith('eta.'))).toEqual(
      Object.keys(own.shapes).map((name) => `eta.${name}`),
    );
    const { states } = policy.act(params, obs(), noise(6));
    const samples = { states: states.slice([0, 0], [-1, 2]), first: tf.tensor1d([0], 'int32') };
    expect(policy.logProb(params, obs(), samples).entropy).toBeAllclose([0.7], { atol: 1e-3 });
  });

  it('explores with more noise where η is larger, and acts without any', () => {
    const policy = made();
    const far = (params: tf.NamedTensorMap): number => {
      const [one, other] = [1, -1].map((sign) => {
        const start = noise(6).slice(0, 1);
        const drawn = tf.concat<tf.Tensor4D>([start, tf.ones<tf.Rank.R4>([5, 1, 4, 2]).mul(sign)]);
        // The first step alone is not bounded by any clip of a later one.
        return policy.act(params, obs(), drawn).states.slice([0, 1], [-1, 1]);
      });
      return one.sub(other).abs().min().dataSync()[0];
    };
    const [small, large] = [0.3, 1.4].map((value) => Object.assign(policy.init(3), etaAt(eta, value)));
    expect(far(large)).toBeGreaterThan(1.5 * far(small));
    const still = (params: tf.NamedTensorMap) => policy.best(params, obs(), noise(6));
    expect(still(large)).toBeAllclose(still(small), { atol: 0, rtol: 0 });
  });

  it('bounds ε̂ where the description says so', () => {
    const { quiet } = samplersOf({ network: smallMlp.network, sampler: { ...sampler, clipEpsilon: 0.1 } });
    const x = noise(1).squeeze<tf.Tensor3D>([0]);
    const output = x.mul<tf.Tensor3D>(0);
    const bounded = quiet.moments(0, output, x).mean;
    const free = samplersOf({ network: smallMlp.network, sampler }).quiet.moments(0, output, x).mean;
    expect(bounded.sub(free).abs().max().dataSync()[0]).toBeGreaterThan(0.1);
  });
});

/** Weights of an η that is `value` wherever it looks. */
function etaAt(eta: EtaSpec, value: number): tf.NamedTensorMap {
  const weights = etaOf(eta, smallMlp.network).init(1);
  const { base, min, max } = range;
  const last = `mlp_res.moduleList.${'hidden' in eta ? eta.hidden.length : 0}.linear_1.bias`;
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => {
      const share = (2 * (value - min)) / (max - min) - 1;
      const all = name === 'eta_logit' ? Math.atanh(share) : name === last ? Math.atanh(value - base) : 0;
      return [`eta.${name}`, tf.onesLike(weight).mul(all)];
    }),
  );
}
