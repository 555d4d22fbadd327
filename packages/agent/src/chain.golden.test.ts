import { describeGolden, toTensor, toTensors, type GoldenArray } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { checkModel, denoiser, models, recordedEta, replay } from '../test/recorded-model.ts';

const own = new URL('../golden/', import.meta.url);

// Float32 over up to 100 steps. Log-probabilities are compared relative to max(1, |value|), which reaches 1e3 where an
// action was clamped: 5e-4 + 5e-4 · |value| is within 1e-3 of that everywhere.
const chains = { atol: 2e-4, rtol: 0 };
const logProbs = { atol: 5e-4, rtol: 5e-4 };

for (const file of ['ddpm_chain', 'ddim_chain']) {
  describeGolden(file, own, ({ cases, shared }) => {
    it.for(cases)('repeats the chain and its log-probabilities: $name', ({ inputs, outputs }, { skip }) => {
      const { options } = inputs;
      checkModel(options, skip);
      const net = shared.nets[inputs.nets];
      const state = toTensor<tf.Tensor3D>(inputs.state);
      const bind = (weights: Record<string, GoldenArray>, obs: tf.Tensor3D) =>
        denoiser(net, toTensors(weights), obs, { horizonSteps: inputs.initial_noise.shape[1], skip });
      const before = bind(net.actor, state);
      const after = bind(net.actor_ft, state);
      const etaOf = recordedEta(inputs.eta, skip);
      const etaParams = toTensors(inputs.eta_weights ?? {});
      const eta = etaOf(etaParams, state);
      const count: number = options.ft_denoising_steps;
      const chunk = outputs.trajectories.shape[1] * outputs.trajectories.shape[2];
      // [B, K′, 1 or Da]; DDPM has none, of which the reference makes ones as large as the chain.
      const rows = tf.zeros([state.shape[0], count, options.use_ddim ? 1 : chunk]).add(eta);
      expect(rows).toBeAllclose(outputs.eta.data, { atol: 1e-5 });
      const recorded = toTensor<tf.Tensor4D>(outputs.chains);
      const batch: number[] = Array.from(inputs.subsample_batch_inds.data);
      const index = Int32Array.from(inputs.subsample_denoising_inds.data);
      const someState = state.gather(batch);
      const chunks = recorded.reshape<tf.Tensor3D>([-1, ...recorded.shape.slice(2)]);
      const at = (shift: number) => chunks.gather(batch.map((b, i) => b * (count + 1) + index[i] + shift));

      for (const [kind, model] of models(options, eta, inputs.deterministic)) {
        const networks = { before, after: inputs.use_base_policy ? before : after };
        const chain = model.chain(networks, toTensor(inputs.initial_noise), replay(inputs.step_noise));
        expect(chain, kind).toBeAllclose(outputs.chains.data, chains);
        expect(chain.slice([0, count]), kind).toBeAllclose(outputs.trajectories.data, chains);
        expect(model.chainLogProbs(after, recorded), kind).toBeAllclose(outputs.logprobs.data, logProbs);
        expect(model.chainLogProbs(before, recorded), kind).toBeAllclose(
          outputs.logprobs_base.data,
          logProbs,
        );
      }
      for (const [kind, model] of models(options, etaOf(etaParams, someState), inputs.deterministic)) {
        const some = model.stepLogProbs(bind(net.actor_ft, someState), {
          previous: at(0),
          next: at(1),
          index,
        });
        expect(some, kind).toBeAllclose(outputs.logprobs_subsample.data, logProbs);
      }
    });
  });
}

describeGolden('eval_sampling', own, ({ cases, shared }) => {
  it.for(cases)('repeats the action: $name', ({ inputs, outputs }, { skip }) => {
    const { options } = inputs;
    checkModel(options, skip);
    if (options.use_ddim && !inputs.deterministic) skip('evaluation of DDIM with noise is not supported');
    const net = shared.nets[inputs.nets];
    const state = toTensor<tf.Tensor3D>(inputs.state);
    const [before, after] = [net.actor, net.actor_ft].map((weights) =>
      denoiser(net, toTensors(weights), state, { horizonSteps: inputs.initial_noise.shape[1], skip }),
    );
    for (const [kind, model] of models(options, 0, true)) {
      const chain = model.chain({ before, after }, toTensor(inputs.initial_noise), replay(inputs.step_noise));
      const action = chain.slice([0, options.ft_denoising_steps]);
      expect(action, kind).toBeAllclose(outputs.trajectories.data, chains);
    }
  });
});
