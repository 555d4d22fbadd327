import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { denoiser, parameters, recorded, replay, samplers, tensor3d } from '../test/recorded.ts';
import { chainLogProbs } from './chain-log-probs.ts';
import { sample, sampleChain } from './sample.ts';
import { stepLogProbs } from './step-log-probs.ts';
import { withMinStd } from './steps.ts';

// Float32 over up to 100 steps; log-probabilities relative to their size, which reaches 1e3 where an action was clamped.
const chains = { atol: 2e-4 };
const logProbs = { atol: 1e-3, rtol: 1e-3 };

describe.each(['ddpm_chain', 'ddim_chain'])('%s of the reference', (file) => {
  const { cases, shared } = recorded(file);
  // A learned η and a clamp on ε̂ are no steps of a table.
  const tabular = cases.filter(
    ({ inputs }) => (inputs.eta?.kind ?? 'EtaFixed') === 'EtaFixed' && inputs.options.eps_clip_value === null,
  );

  it.each(tabular)('is repeated for $name', ({ inputs, outputs }) => {
    const { sampling, logProb, options } = samplers(inputs.options, inputs.deterministic);
    const { constructor, actor, actor_ft: tuned } = shared.nets[inputs.nets];
    const state = tensor3d(inputs.state);
    const before = denoiser(constructor, parameters(actor), state);
    const after = denoiser(constructor, parameters(tuned), state);
    const noise = replay(inputs.step_noise);
    const count = inputs.options.ft_denoising_steps;
    const frozen = sampling.length - count;
    const clips = {
      ...options,
      clipNoise: inputs.options.randn_clip_value,
      clipAction: inputs.options.final_action_clip_value ?? Infinity,
    };

    const { clipAction: _, ...early } = clips;
    const middle = sample(before, tensor3d(inputs.initial_noise), sampling.slice(0, frozen), noise, early);
    const sampled = sampleChain(
      inputs.use_base_policy ? before : after,
      middle,
      sampling.slice(frozen),
      noise,
      // Evaluation has steps without noise, which have no density; the chain is compared alone.
      { ...clips, logProbSteps: withMinStd(sampling.slice(frozen), 1) },
    );
    expect(sampled.chain).toBeAllclose(outputs.chains.data, chains);
    expect(sampled.chain.slice([0, count])).toBeAllclose(outputs.trajectories.data, chains);

    const tail = logProb.slice(frozen);
    const recordedChain = tf.tensor4d(outputs.chains.data, outputs.chains.shape);
    const tunedLogProbs = chainLogProbs(after, recordedChain, tail, options);
    expect(tunedLogProbs).toBeAllclose(outputs.logprobs.data, logProbs);
    expect(chainLogProbs(before, recordedChain, tail, options)).toBeAllclose(
      outputs.logprobs_base.data,
      logProbs,
    );

    const batch: number[] = Array.from(inputs.subsample_batch_inds.data);
    const index = Int32Array.from(inputs.subsample_denoising_inds.data);
    const rows = (shift: number): tf.Tensor3D =>
      recordedChain
        .reshape<tf.Tensor3D>([-1, ...recordedChain.shape.slice(2)])
        .gather(batch.map((b, i) => b * (count + 1) + index[i] + shift));
    const some = denoiser(constructor, parameters(tuned), state.gather(batch));
    expect(stepLogProbs(some, { previous: rows(0), next: rows(1), index }, tail, options)).toBeAllclose(
      outputs.logprobs_subsample.data,
      logProbs,
    );
  });
});

describe('eval_sampling of the reference', () => {
  const { cases, shared } = recorded('eval_sampling');

  it.each(cases)('is repeated for $name', ({ inputs, outputs }) => {
    const { sampling, options } = samplers(inputs.options, inputs.deterministic);
    const { constructor, actor, actor_ft: tuned } = shared.nets[inputs.nets];
    const state = tensor3d(inputs.state);
    const noise = replay(inputs.step_noise);
    const frozen = sampling.length - inputs.options.ft_denoising_steps;
    const clips = { ...options, clipNoise: inputs.options.randn_clip_value };
    const before = denoiser(constructor, parameters(actor), state);
    const after = denoiser(constructor, parameters(tuned), state);
    const middle = sample(before, tensor3d(inputs.initial_noise), sampling.slice(0, frozen), noise, clips);
    const action = sample(after, middle, sampling.slice(frozen), noise, clips);
    expect(action).toBeAllclose(outputs.trajectories.data, chains);
  });
});
