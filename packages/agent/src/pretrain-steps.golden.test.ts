import { cosineSchedule, noisePredictionLoss } from '@dppo/diffusion';
import { adamw, differentiate, ema } from '@dppo/optim';
import { describeGolden, toTensor, toTensors, type GoldenArray } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { recordedDenoiser } from '../../nn/test/golden.ts';
import { recordedRate } from '../../optim/test/recorded-rate.ts';

function expectParams(params: tf.NamedTensorMap, recorded: Record<string, GoldenArray>): void {
  for (const [name, { data }] of Object.entries(recorded)) {
    expect(params[name], name).toBeAllclose(data, { atol: 1e-5 });
  }
}

describeGolden('pretrain_steps', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('repeats losses, rates, weights and averages: $name', ({ inputs, outputs }, { skip }) => {
    const [{ actions, state: obsOfBatch }] = inputs.batches;
    const network = recordedDenoiser(inputs.network, obsOfBatch, actions.shape[1], skip);
    const schedule = cosineSchedule(inputs.denoising_steps);
    const prediction = (inputs.predict_epsilon ?? true) ? 'epsilon' : 'x0';
    const learningRate = recordedRate(inputs.lr_scheduler, inputs.lr);
    const optimizer = adamw({ weightDecay: inputs.weight_decay });
    let params = toTensors(inputs.weights);
    let average = params;
    let state = optimizer.init(params);
    for (const [n, recorded] of inputs.batches.entries()) {
      const epochs = Math.floor(n / inputs.batches_per_epoch);
      expect([learningRate(epochs)]).toBeAllclose([outputs.lr_used.data[n]], { atol: 1e-12 });
      const batch = {
        actions: toTensor<tf.Tensor3D>(recorded.actions),
        noise: toTensor<tf.Tensor3D>(recorded.noise),
        time: toTensor<tf.Tensor1D>(recorded.t),
      };
      const obs = toTensor<tf.Tensor3D>(recorded.state);
      const { loss, gradients } = differentiate(
        (p) => ({
          loss: noisePredictionLoss(network.apply(p, { state: obs }), batch, schedule, { prediction }),
        }),
        params,
      );
      expect(loss).toBeAllclose([outputs.losses.data[n]]);
      [params, state] = optimizer.update(gradients, state, params, learningRate(epochs));
      if (n % inputs.update_ema_freq === 0) {
        const copying = inputs.first_epoch + epochs < inputs.epoch_start_ema;
        average = copying ? params : ema(average, params, inputs.ema_decay);
      }
      const absSum = tf.addN(Object.values(average).map((w) => w.abs().sum()));
      expect(absSum).toBeAllclose([outputs.ema_abs_sum_after_batch.data[n]]);
    }
    expectParams(params, outputs.final_params);
    expectParams(average, outputs.final_ema_params);
  });
});
