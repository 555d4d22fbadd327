import { type GoldenArray, readGolden } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { denoiserMlp } from '../../nn/src/index.ts';
import { adamw } from './adamw.ts';
import { cosineWarmup } from './cosine-warmup.ts';
import { differentiate } from './differentiate.ts';
import { ema } from './ema.ts';

const golden = readGolden(new URL('../golden/pretrain_steps.json.gz', import.meta.url));

/** ᾱ of the cosine schedule over K denoising steps. */
function alphaBars(K: number): Float32Array {
  const level = (i: number) => Math.cos(((i / K + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  let product = 1;
  return Float32Array.from({ length: K }, (_, j) => {
    product *= 1 - Math.min(1 - level(j + 1) / level(j), 0.999);
    return product;
  });
}

function tensors(arrays: Record<string, GoldenArray>): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]),
  );
}

function expectParams(params: tf.NamedTensorMap, recorded: Record<string, GoldenArray>): void {
  for (const [name, { data }] of Object.entries(recorded)) {
    expect(params[name]).toBeAllclose(data, { atol: 1e-5 });
  }
}

describe('optim', () => {
  it.each(golden!.cases)('pre-trains a denoiser as the reference does: $name', ({ inputs, outputs }) => {
    const { network: sizes, lr_scheduler: schedule } = inputs;
    const network = denoiserMlp({
      obsDim: sizes.cond_dim,
      actionDim: sizes.action_dim,
      horizonSteps: sizes.horizon_steps,
      timeDim: sizes.time_dim,
      hidden: sizes.mlp_dims,
    });
    const learningRate = cosineWarmup({
      max: inputs.lr,
      min: schedule.min_lr,
      warmupSteps: schedule.warmup_steps,
      cycleSteps: schedule.first_cycle_steps,
    });
    const optimizer = adamw({ weightDecay: inputs.weight_decay });
    const bars = alphaBars(inputs.denoising_steps);
    let params = tensors(inputs.weights);
    let average = params;
    let state = optimizer.init(params);
    for (const [n, batch] of inputs.batches.entries()) {
      const epochs = Math.floor(n / inputs.batches_per_epoch);
      expect(learningRate(epochs)).toBeCloseTo(outputs.lr_used.data[n], 12);
      const [x0, noise] = [batch.actions, batch.noise].map((a) => tf.tensor3d(a.data, a.shape));
      const obs = tf.tensor3d(batch.state.data, batch.state.shape);
      const times = tf.tensor1d(batch.t.data, 'int32');
      const bar = tf.tensor1d(bars).gather(times).reshape([-1, 1, 1]);
      const noisy = x0.mul(bar.sqrt()).add<tf.Tensor3D>(noise.mul(tf.sub(1, bar).sqrt()));
      const { loss, gradients } = differentiate(
        (p) => ({ loss: network.apply(p, obs)(noisy, times).sub(noise).square().mean<tf.Scalar>() }),
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
