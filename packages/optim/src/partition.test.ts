import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { adamw } from './adamw.ts';
import type { LearningRate, Optimizer } from './optimizer.ts';
import { partition } from './partition.ts';
import { flatten, type TensorTree } from './tree.ts';

const parts = { network: adamw(), eta: adamw({ weightDecay: 0.5 }) };
const partOf = (name: string): string => (name.startsWith('eta.') ? 'eta' : 'network');
const optimizer = partition(parts, partOf);
const start = () => ({ 'eta.logit': tf.scalar(2), weight: tf.scalar(1) });
const slope = () => ({ weight: tf.scalar(3), 'eta.logit': tf.scalar(-1) });
const begin = <S extends TensorTree>(by: Optimizer<S, never>, params: tf.NamedTensorMap) =>
  [params, by.init(params)] as const;
const exactly = { atol: 0, rtol: 0 };

it('moves each part by its own optimizer at its own rate', () => {
  // Adam's first step is the rate against the sign of the gradient: 1 − 0.1;  2·(1 − 0.01·0.5) + 0.01.
  const rates = { network: 0.1, eta: tf.scalar(0.01) };
  const params = start();
  const [next] = optimizer.update(slope(), optimizer.init(params), params, rates);
  expect(Object.keys(next)).toEqual(['eta.logit', 'weight']);
  expect(next.weight).toBeAllclose([0.9]);
  expect(next['eta.logit']).toBeAllclose([2]);
});

it('is step after step what the optimizers of the parts are alone', () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  const pair = fc.tuple(number, number);
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 4 }), pair, (steps, starts) => {
      tf.tidy(() => {
        const [a0, b0] = starts.map((value) => tf.scalar(value));
        let both = begin(optimizer, { a: a0, 'eta.b': b0 });
        let network = begin(parts.network, { a: a0 });
        let eta = begin(parts.eta, { 'eta.b': b0 });
        for (const [a, b] of steps.map((step) => step.map((value) => tf.scalar(value)))) {
          both = optimizer.update({ a, 'eta.b': b }, both[1], both[0], { network: 0.1, eta: 0.2 });
          network = parts.network.update({ a }, network[1], network[0], 0.1);
          eta = parts.eta.update({ 'eta.b': b }, eta[1], eta[0], 0.2);
        }
        expect(both[0].a).toBeAllclose(network[0].a, exactly);
        expect(both[0]['eta.b']).toBeAllclose(eta[0]['eta.b'], exactly);
        const [states, alone] = [both[1], { network: network[1], eta: eta[1] }].map(
          (one) => flatten(one).tensors,
        );
        expect(Object.keys(states)).toEqual(Object.keys(alone));
        for (const [path, tensor] of Object.entries(states))
          expect(tensor).toBeAllclose(alone[path], exactly);
      });
    }),
    { numRuns: 20 },
  );
});

it('leaves a part without a rate as it is, its state too, and both outlive what they were made of', () => {
  const params = start();
  const state = optimizer.init(params);
  const [next, after] = optimizer.update(slope(), state, params, { network: 0.1 });
  tf.dispose([params, state]);
  expect(next['eta.logit']).toBeAllclose([2], exactly);
  const { tensors } = flatten(after);
  expect(tensors['eta.expAvg.eta.logit']).toBeAllclose([0], exactly);
  expect(tensors['eta.steps.eta.logit']).toBeAllclose([0], exactly);
  expect(tensors['network.steps.weight']).toBeAllclose([1], exactly);
});

it('keeps only its result', () => {
  const [params, gradients] = [start(), slope()];
  const state = optimizer.init(params);
  expect(() => optimizer.init(params)).toKeepOnlyItsResult();
  for (const rates of [{ network: 0.1, eta: 0.1 }, { eta: 0.1 }]) {
    expect(() => optimizer.update(gradients, state, params, rates)).toKeepOnlyItsResult();
  }
});

it('refuses parameters and rates of parts that have no optimizer, and one rate for all', () => {
  const wanted = 'wanted one of network, eta';
  const params = start();
  expect(() => partition(parts, () => 'critic').init(params)).toThrow(
    `partition: eta.logit is of part "critic", ${wanted}`,
  );
  // As an `Optimizer` it may be given one rate for all.
  const any: Optimizer = optimizer;
  const at = (rate: LearningRate) => () => any.update(slope(), optimizer.init(params), params, rate);
  expect(at({ critic: 0.1 })).toThrow(`partition: a learning rate is of part "critic", ${wanted}`);
  expect(at(0.1)).toThrow('partition: got one learning rate, 0.1, wanted one by part: network, eta');
  expect(at(tf.scalar(0.5))).toThrow('partition: got one learning rate, Tensor');
});
