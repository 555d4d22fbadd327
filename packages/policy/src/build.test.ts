import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { networkOf, policyOf } from './build.ts';
import type { PolicySpec } from './spec.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const specs = { smallMlp, smallUnet, smallGaussian };
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

  it.each<[string, Partial<PolicySpec>, string]>([
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
      new RangeError('policyOf: sampler.kind is gaussian, wanted ddpm or ddim for network.kind mlp'),
    );
  });
});
