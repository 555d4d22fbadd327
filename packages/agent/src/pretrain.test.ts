import { cosineSchedule } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import { expect, it } from 'vitest';

import { type Chunks, noisePrediction, pretrain, type PretrainOptions } from './pretrain.ts';

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

it('takes the same steps two at once as one by one', async () => {
  const [alone, pairs] = [await twoEpochs(1), await twoEpochs(100)];
  expect(pairs.steps).toEqual(alone.steps);
  expect(pairs.loss).toBe(alone.loss);
});

it.each(['batchSize', 'updateEmaFreq'])('refuses a %s of 0', async (name) => {
  const epochs = pretrain(chunks, network.init(0), { ...options, [name]: 0 });
  await expect(epochs.next()).rejects.toThrow(
    new RangeError(`pretrain: ${name} is 0, wanted a whole number above 0`),
  );
});
