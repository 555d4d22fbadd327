import { clipToQuantiles, normalizeAdvantages } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { smallAgent } from '../../test/small.ts';
import type { Policy } from '../policies/policy.ts';
import type { Table } from '../rollout/table.ts';
import { actorBatch, actorLoss, chosenOf, weightsOf } from './actor-loss.ts';
import { settled } from './options.ts';
import { pathTensors } from './rollout-tensors.ts';

/** A policy of so many states a path, in windows of so many. */
const policyOf = (states: number, window = 2): Policy => ({ ...smallAgent().policy, states, window });

/** Paths of three states that are chunks [2, 1]. */
const chunked = (window: number): Policy => ({ ...policyOf(3, window), horizonSteps: 2, actionDim: 1 });

const examples = () => ({
  obs: {},
  states: tf.zeros<tf.Rank.R4>([2, 2, 1, 1]),
  first: tf.tensor1d([0, 0], 'int32'),
  oldLogProb: tf.tensor1d([0, 0]),
  advantage: tf.tensor1d([1, -1]),
  clip: tf.tensor1d([0.2, 0.4]),
  cloningNoise: tf.zeros<tf.Rank.R4>([1, 2, 1, 1]),
});
const decided = (): Policy => ({
  ...policyOf(2),
  logProb: () => ({ logProb: tf.tensor1d([Math.log(1.5), 0]), entropy: tf.scalar(2) }),
  cloningLoss: () => tf.scalar(3),
});

describe('actorLoss', () => {
  it('is by hand the clipped surrogate, less the entropy, plus the cloning loss, each times its weight', () => {
    // Ratios 1.5 and 1: −1·min(1.5, 1.2) and +1·1, mean −0.1; −0.1 − 0.3·2 + 0.5·3 = 0.8.
    const terms = actorLoss(decided(), {}, examples(), { entCoef: 0.3, bcLossCoeff: 0.5 });
    expect(terms.policyLoss).toBeAllclose([-0.1]);
    expect(terms.loss).toBeAllclose([0.8]);
    expect(terms.entropy).toBeAllclose([2]);
    expect(terms.bcLoss).toBeAllclose([3]);
    // ½·(1.5 − 1 − ln 1.5), one ratio of two beyond its ε, (1.5 + 1) / 2.
    expect(terms.approxKl).toBeAllclose([0.0472674]);
    expect(terms.clipFraction).toBeAllclose([0.5]);
    expect(terms.ratio).toBeAllclose([1.25]);
  });

  it('has no cloning loss without noise for its paths', () => {
    const { cloningNoise: _, ...without } = examples();
    const terms = actorLoss(decided(), {}, without, { entCoef: 0, bcLossCoeff: 0.5 });
    expect(terms.bcLoss).toBeAllclose([0]);
    expect(terms.loss).toBeAllclose([-0.1]);
  });
});

describe('weightsOf', () => {
  const plain = { normAdv: false, gammaDenoising: 0.5, clipPlossCoef: 0.2, clipPlossCoefBase: 0.1 };

  it('is by hand the advantage of the row, clamped to quantiles, discounted by what is left of the path, and its own ε', () => {
    // Two samples a path. Rows 0 … 4, of which the quantiles ¼ and ¾ are 1 and 3; a noisier step counts half and has the base.
    const options = settled({ ...plain, clipAdvantageLowerQuantile: 0.25, clipAdvantageUpperQuantile: 0.75 });
    const samples = Int32Array.of(0, 3, 4, 7, 8);
    const { advantages, clips } = weightsOf(policyOf(3), [-10, 1, 2, 3, 10], samples, options);
    expect([...advantages]).toEqual([0.5, 1, 1, 3, 1.5]);
    expect(clips).toBeAllclose([0.1, 0.2, 0.1, 0.2, 0.1]);
  });

  it('has quantiles of its own below and above', () => {
    const lower = settled({ ...plain, gammaDenoising: 1, clipAdvantageLowerQuantile: 0.5 });
    const upper = settled({ ...plain, gammaDenoising: 1, clipAdvantageUpperQuantile: 0.5 });
    const of = (options: typeof lower) => [
      ...weightsOf(policyOf(2), [1, 2, 3], Int32Array.of(0, 1, 2), options).advantages,
    ];
    expect([of(lower), of(upper)]).toEqual([
      [2, 2, 3],
      [1, 2, 2],
    ]);
  });

  it('normalises over the samples of the minibatch before it clamps', () => {
    const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(numbers, (values) => {
        const samples = Int32Array.from(values, (_, i) => 3 * i + 2);
        const options = settled({ ...plain, normAdv: true, clipAdvantageUpperQuantile: 0.8 });
        const { advantages } = weightsOf(policyOf(4), values, samples, options);
        const wanted = clipToQuantiles(normalizeAdvantages(Float32Array.from(values)), 0, 0.8);
        expect(advantages).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });
});

describe('actorBatch', () => {
  /** Two paths of three states of two numbers: state j of row i is i·6 + 2j, and one more. */
  const table: Table = {
    'obs.state': { shape: [1], data: Float32Array.of(7, 8) },
    'reached.state': { shape: [1], data: Float32Array.of(70, 80) },
    states: { shape: [3, 2, 1], data: Float32Array.from({ length: 12 }, (_, i) => i) },
    logProb: { shape: [2], data: Float32Array.of(0.1, 0.2, 0.3, 0.4) },
  };
  const weights = { advantages: Float32Array.of(5, 6, 7), clips: Float32Array.of(0.5, 0.6, 0.7) };
  it('holds by hand the windows of its samples, and what belongs to them', () => {
    // Samples 3 and 0 of two a path: from state 1 of row 1, and from state 0 of row 0.
    const chosen = chosenOf(chunked(2), Int32Array.of(2, 3, 0), weights, { from: 1, to: 3 });
    const batch = actorBatch(chunked(2), pathTensors(table), chosen);
    expect(batch.states.shape).toEqual([2, 2, 2, 1]);
    expect(batch.states).toBeAllclose([8, 9, 10, 11, 0, 1, 2, 3]);
    expect(batch.first).toBeAllclose([1, 0]);
    expect(batch.first.dtype).toBe('int32');
    expect(Object.keys(batch.obs)).toEqual(['state']);
    expect(batch.obs.state).toBeAllclose([8, 7]);
    expect(batch.oldLogProb).toBeAllclose([0.4, 0.1]);
    expect(batch.advantage).toBeAllclose([6, 7]);
    expect(batch.clip).toBeAllclose([0.6, 0.7]);
  });

  it('holds the step of the sampler of each row where the policy drew one', () => {
    const stepped = { ...table, step: { shape: [], data: Int32Array.of(3, 2) } };
    const chosen = chosenOf(chunked(2), Int32Array.of(3, 0, 1), weights, { from: 0, to: 3 });
    const { step } = actorBatch(chunked(2), pathTensors(stepped), chosen);
    expect(step?.dtype).toBe('int32');
    expect(step ?? []).toBeAllclose([2, 3, 3]);
    expect('step' in actorBatch(chunked(2), pathTensors(table), chosen)).toBe(false);
  });

  it('holds whole paths where a window is one', () => {
    const paths = { ...table, logProb: { shape: [1], data: Float32Array.of(0.1, 0.2) } };
    const chosen = chosenOf(chunked(3), Int32Array.of(1, 0), weights, { from: 0, to: 2 });
    const batch = actorBatch(chunked(3), pathTensors(paths), chosen);
    expect(batch.states).toBeAllclose([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]);
    expect(batch.first).toBeAllclose([0, 0]);
    expect(batch.oldLogProb).toBeAllclose([0.2, 0.1]);
  });
});
