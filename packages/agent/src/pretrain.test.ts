import { cosineSchedule, noisePredictionLoss } from '@dppo/diffusion';
import { denoiserMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import { expect, it } from 'vitest';

import { type Chunks, pretrain, type PretrainOptions } from './pretrain.ts';

const network = denoiserMlp({ obsDim: 1, actionDim: 1, horizonSteps: 2, timeDim: 4, hidden: [16, 16, 16] });
const schedule = cosineSchedule(5);

const chunks: Chunks = {
  length: 256,
  obsShape: [1, 1],
  actionShape: [2, 1],
  gather: (indices) => ({
    obs: Float32Array.from(indices, (i) => i / 128 - 1),
    actions: Float32Array.from({ length: 2 * indices.length }, (_, i) => indices[i >> 1] / 128 - 1),
  }),
};

const options: PretrainOptions = {
  seed: 1,
  batchSize: 32,
  denoisingSteps: 5,
  lr: () => 1e-2,
  emaDecay: 0.9,
  updateEmaFreq: 2,
  epochStartEma: 3,
  optimizer: adamw(),
  loss: (params, { obs, actions, noise, time }) =>
    noisePredictionLoss(network.apply(params, obs), { actions, noise, time }, schedule),
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

it.each(['batchSize', 'denoisingSteps', 'updateEmaFreq'])('refuses a %s of 0', async (name) => {
  const epochs = pretrain(chunks, network.init(0), { ...options, [name]: 0 });
  await expect(epochs.next()).rejects.toThrow(
    new RangeError(`pretrain: ${name} is 0, expected a whole number above 0`),
  );
});
