import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { numbersOf } from '../../test/after.ts';
import { smallAgent, smallEnv, smallOptions } from '../../test/small.ts';
import { train } from '../train.ts';
import type { Gradients } from './gradients.ts';
import { localGradients } from './local-gradients.ts';
import { ppo } from './ppo.ts';

/** Minibatches of twelve samples in micro-batches of 5, 5 and 2. */
const options = { ...smallOptions, batchSize: 12, microBatchSize: 5, gradientParts: 2 };

it('is asked for whole micro-batches of each minibatch, in their order, and let go of', async () => {
  const asked: (readonly number[])[] = [];
  let ended = 0;
  const local = localGradients(smallAgent(), options);
  const gradients: Gradients = {
    begin: async (experience) => {
      const update = await local.begin(experience);
      return {
        of: async (parameters, parts) => {
          asked.push(parts.actor.flatMap(({ from, samples }) => [from, samples.length]));
          const counts = parts.critic.map((part) => part.counts.reduce((sum, count) => sum + count));
          expect(counts.reduce((sum, count) => sum + count)).toBe(12);
          return update.of(parameters, parts);
        },
        end: () => {
          ended++;
          update.end();
        },
      };
    },
  };
  const algorithm = ppo({ ...smallAgent(), gradients }, { ...options, updateEpochs: 1 });
  await train(algorithm, smallEnv(), { seed: 3, steps: 4 }).next();
  // 12 rows of 3 samples each.
  expect(asked).toEqual([1, 2, 3].map(() => [0, 5, 5, 7]));
  expect(ended).toBe(1);
});

it.each(['begin', 'of'])('leaves the state whole and nothing else where %s fails', async (where) => {
  const stop = new AbortController();
  const failed = async (): Promise<never> => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    stop.abort(new Error('gone'));
    throw stop.signal.reason;
  };
  let minibatches = 0;
  let ended = false;
  const local = localGradients(smallAgent(), options);
  const gradients: Gradients = {
    begin: async (experience) => {
      if (where === 'begin') return failed();
      const update = await local.begin(experience);
      return {
        of: (parameters, parts, signal) => {
          expect(signal).toBe(stop.signal);
          return ++minibatches === 2 ? failed() : update.of(parameters, parts);
        },
        end: () => {
          ended = true;
          update.end();
        },
      };
    },
  };
  const algorithm = ppo({ ...smallAgent(), gradients }, options);
  const start = algorithm.init(0);
  const before = numbersOf({ ...start.actor, ...start.critic });
  const { numTensors } = tf.memory();
  const training = train(algorithm, smallEnv(), { seed: 3, steps: 4, start, signal: stop.signal });
  await expect(training.next()).rejects.toThrow('gone');
  expect([minibatches, ended]).toEqual(where === 'begin' ? [0, false] : [2, true]);
  expect(numbersOf({ ...start.actor, ...start.critic })).toEqual(before);
  expect(tf.memory().numTensors).toBe(numTensors);
});
