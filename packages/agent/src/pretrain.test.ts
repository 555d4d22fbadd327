import { cosineSchedule, noisePredictionLoss } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';
import { adamw, flatten, unflatten } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import type { Chunks } from './chunks.ts';
import { noisePrediction, type Objective } from './objective.ts';
import { pretrain, type PretrainOptions, pretrainState } from './pretrain.ts';
import { seeded } from './randomness.ts';

const network = denoiserMlp({ obsDim: 1, actionDim: 1, horizonSteps: 2, timeDim: 4, hidden: [16, 16, 16] });

const chunks: Chunks = {
  length: 256,
  gather: (indices) => ({
    'obs.state': { shape: [1, 1], data: Float32Array.from(indices, (i) => i / 128 - 1) },
    actions: {
      shape: [2, 1],
      data: Float32Array.from({ length: 2 * indices.length }, (_, i) => indices[i >> 1] / 128 - 1),
    },
  }),
};

const options: PretrainOptions = {
  seed: 1,
  batchSize: 32,
  objective: noisePrediction(network, cosineSchedule(5)),
  lr: () => 1e-2,
  emaDecay: 0.9,
  updateEmaFreq: 2,
  epochStartEma: 3,
};

it('learns to predict the noise in chunks that follow from the observation', async () => {
  const losses: number[] = [];
  const epochs = pretrain(chunks, network.init(0), options);
  for await (const { epoch, loss, params, average } of epochs) {
    losses.push(loss);
    expect(Object.keys(average)).toEqual(Object.keys(params));
    if (epoch === 15) break;
  }
  // Predicting zero costs the variance of the noise, 1; the observation tells all but the noise.
  expect(losses[0]).toBeGreaterThan(0.4);
  expect(losses[14]).toBeLessThan(0.3);
});

/** What two epochs of five minibatches each, the last a small one, lead to, and the first weights after each step. */
async function twoEpochs(updateEmaFreq: number) {
  const steps: Float32Array[] = [];
  const optimizer = adamw();
  const recording: typeof optimizer = {
    ...optimizer,
    update: (...given) => {
      const next = optimizer.update(...given);
      steps.push(next[0][name].dataSync<'float32'>().slice());
      return next;
    },
  };
  const start = network.init(0);
  const [name] = Object.keys(start);
  const first = start[name].dataSync<'float32'>().slice();
  const those = { batchSize: 60, updateEmaFreq, epochStartEma: 1, optimizer: recording };
  const epochs = pretrain(chunks, start, { ...options, ...those });
  await epochs.next();
  const { value } = await epochs.next();
  return { steps, first, loss: value.loss, average: value.average[name].dataSync<'float32'>() };
}

it.each([1, 2, 3, 100])('moves the average after steps 0, %i, …', async (updateEmaFreq) => {
  const { steps, first, average } = await twoEpochs(updateEmaFreq);
  expect(steps).toHaveLength(10);
  const due = steps.filter((_, i) => i % updateEmaFreq === 0);
  const expected = due.reduce((mean, now) => mean.map((a, i) => 0.9 * a + 0.1 * now[i]), first);
  expect(average).toBeAllclose(expected, { atol: 1e-6 });
});

it('copies the parameters into the average until it begins, and averages from then on', async () => {
  const epochs = pretrain(chunks, network.init(0), { ...options, updateEmaFreq: 1, epochStartEma: 2 });
  for (const isCopy of [true, false]) {
    const { value } = await epochs.next();
    const [name] = Object.keys(value.params);
    const apart = value.average[name].sub(value.params[name]).abs().max().dataSync()[0];
    expect(apart < 1e-7).toBe(isCopy);
  }
});

it('learns at the rate of the epochs finished before', async () => {
  const start = network.init(0);
  const [name] = Object.keys(start);
  const before = start[name].dataSync<'float32'>().slice();
  const epochs = pretrain(chunks, start, { ...options, lr: (finished) => finished * 1e-2 });
  for (const lr of [0, 1e-2]) {
    const { value } = await epochs.next();
    expect(value.lr).toBe(lr);
    const moved = value.params[name].dataSync<'float32'>().some((weight, i) => weight !== before[i]);
    expect(moved).toBe(lr > 0);
  }
});

it('reports the mean over items, also where the last minibatch is smaller', async () => {
  const objective: Objective = { ...options.objective, score: (_, { actions }) => actions.mean() };
  const epochs = pretrain(chunks, network.init(0), { ...options, objective, batchSize: 60 });
  const { value } = await epochs.next();
  // i / 128 − 1 of 256 items: −1 / 256.
  expect(value.loss).toBeCloseTo(-1 / 256, 6);
});

it('takes the noise that chunks go with in place of drawing it', async () => {
  const paired: Chunks = {
    ...chunks,
    gather: (indices) => {
      const { actions, ...seen } = chunks.gather(indices);
      return { ...seen, actions, noise: { shape: actions.shape, data: actions.data.map((x) => 2 * x + 3) } };
    },
  };
  const objective: Objective = {
    ...options.objective,
    score: (_, { actions, noise }) => noise.sub(actions.mul(2)).sub(3).abs().max<tf.Scalar>(),
  };
  const epochs = pretrain(paired, network.init(0), { ...options, objective });
  expect((await epochs.next()).value.loss).toBe(0);
});

it('takes the same steps two at once as one by one', async () => {
  const [alone, pairs] = [await twoEpochs(1), await twoEpochs(100)];
  expect(pairs.steps).toEqual(alone.steps);
  expect(pairs.loss).toBe(alone.loss);
});

it('asks for the noise at every time of the schedule as often, or for the chunk itself', () => {
  tf.tidy(() => {
    const schedule = cosineSchedule(4);
    const counts = new Float64Array(4);
    const time = noisePrediction(network, schedule).draw(4000, seeded(1, 1));
    for (const t of time.dataSync()) counts[t]++;
    // 1000 each, with a deviation of √(4000 · ¼ · ¾) = 27.
    expect([...counts].every((count) => Math.abs(count - 1000) < 110)).toBe(true);
    expect(time.dtype).toBe('int32');

    const batch = {
      obs: { state: tf.ones<tf.Rank.R3>([4, 1, 1]) },
      actions: tf.linspace(-1, 1, 8).reshape<tf.Tensor3D>([4, 2, 1]),
      noise: tf.linspace(2, 0, 8).reshape<tf.Tensor3D>([4, 2, 1]),
      time: tf.tensor1d([0, 1, 2, 3], 'int32'),
    };
    const params = network.init(0);
    for (const prediction of ['epsilon', 'x0'] as const) {
      const loss = noisePrediction(network, schedule, { prediction }).score(params, batch);
      const denoise = network.apply(params, batch.obs);
      expect(loss).toBeAllclose(noisePredictionLoss(denoise, batch, schedule, { prediction }));
    }
  });
});

it.each(['batchSize', 'updateEmaFreq'])('refuses a %s of 0', async (name) => {
  const epochs = pretrain(chunks, network.init(0), { ...options, [name]: 0 });
  await expect(epochs.next()).rejects.toThrow(
    new RangeError(`pretrain: ${name} is 0, wanted a whole number above 0`),
  );
});

/** The numbers of an epoch's state. */
const numbersOf = (state: Parameters<typeof flatten>[0]): unknown => {
  const { tensors, rest } = flatten(state);
  return { rest, values: Object.values(tensors).map((tensor) => tensor.dataSync()) };
};

it('gives in two pieces, through what a file keeps, what it gives in one', async () => {
  // Nine minibatches an epoch: the average moves after the first and the eighth, then after the sixth of the next epoch.
  const those = { ...options, batchSize: 30, updateEmaFreq: 7, epochStartEma: 2 };
  const whole = pretrain(chunks, network.init(0), those);
  const losses: number[] = [];
  for (let epoch = 1; epoch < 4; epoch++) losses.push((await whole.next()).value.loss);
  const expected = await whole.next();

  const first = pretrain(chunks, network.init(0), those);
  await first.next();
  const { tensors, rest } = flatten((await first.next()).value.state);
  const like = pretrainState(network.init(1));
  const second = pretrain(chunks, unflatten(like, { tensors, rest }), those);
  const { value: third } = await second.next();
  expect([third.epoch, third.loss]).toEqual([3, losses[2]]);
  const { value: fourth } = await second.next();
  expect(fourth.loss).toBe(expected.value.loss);
  expect(numbersOf(fourth.state)).toEqual(numbersOf(expected.value.state));
});

it('ends between two minibatches with the reason of the signal, and leaves the last state whole and nothing else', async () => {
  const stop = new AbortController();
  let steps = 0;
  const objective: Objective = {
    ...options.objective,
    draw: (...given) => {
      // In the fourth minibatch of the second epoch of eight.
      if (++steps === 12) setImmediate(() => stop.abort(new Error('enough')));
      return options.objective.draw(...given);
    },
  };
  const epochs = pretrain(chunks, network.init(0), { ...options, objective, signal: stop.signal });
  const { value } = await epochs.next();
  const [before, tensors] = [numbersOf(value.state), tf.memory().numTensors];
  await expect(epochs.next()).rejects.toThrow('enough');
  expect(steps).toBeLessThan(16);
  expect(numbersOf(value.state)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
});

it('leaves the last state whole, and nothing else, where a loss is not finite', async () => {
  let steps = 0;
  const objective: Objective = {
    ...options.objective,
    score: (params, batch) => {
      const loss = options.objective.score(params, batch);
      return ++steps === 11 ? loss.mul<tf.Scalar>(NaN) : loss;
    },
  };
  const epochs = pretrain(chunks, network.init(0), { ...options, objective });
  const { value } = await epochs.next();
  const [before, tensors] = [numbersOf(value.state), tf.memory().numTensors];
  await expect(epochs.next()).rejects.toThrow('pretrain: the loss in epoch 2, lr 0.0100 is NaN');
  expect(numbersOf(value.state)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
});
