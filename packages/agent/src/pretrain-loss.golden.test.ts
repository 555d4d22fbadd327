import { addNoise, cosineSchedule, noisePredictionLoss } from '@dppo/diffusion';
import { differentiate } from '@dppo/optim';
import { describeGolden, toTensor, toTensors } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { expectGradients } from '../../nn/test/golden.ts';
import { denoiser } from '../test/recorded-model.ts';

describeGolden('pretrain_loss', new URL('../golden/', import.meta.url), ({ cases, shared }) => {
  it.for(cases)('repeats the loss and its gradients: $name', ({ inputs, outputs }, { skip }) => {
    const net = shared.nets[inputs.nets];
    const schedule = cosineSchedule(inputs.denoising_steps);
    const state = toTensor<tf.Tensor3D>(inputs.state);
    const batch = {
      actions: toTensor<tf.Tensor3D>(inputs.x0),
      noise: toTensor<tf.Tensor3D>(inputs.noise),
      time: toTensor<tf.Tensor1D>(inputs.t),
    };
    expect(addNoise(batch, schedule)).toBeAllclose(outputs.x_noisy.data, { atol: 1e-5 });

    const prediction = inputs.predict_epsilon ? 'epsilon' : 'x0';
    const { loss, gradients } = differentiate((params) => {
      const denoise = denoiser(net, params, state, { horizonSteps: inputs.x0.shape[1], skip });
      return { loss: noisePredictionLoss(denoise, batch, schedule, { prediction }) };
    }, toTensors(net.network));
    expect(loss).toBeAllclose(outputs.loss.data, { atol: 1e-5 });
    expectGradients(gradients, outputs.param_grads);
  });
});
