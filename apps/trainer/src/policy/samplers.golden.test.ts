import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isEta, type Policy } from '@dppo/agent';
import { differentiate } from '@dppo/optim';
import { policyOf, readPolicy, networkWeights, writePolicy } from '@dppo/policy';
import {
  describeGolden,
  type Golden,
  type GoldenArray,
  type GoldenCase,
  toTensor,
  toTensors,
} from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { actorLoss, weightsOf } from '../../../../packages/agent/src/ppo/actor-loss.ts';
import { settled } from '../../../../packages/agent/src/ppo/options.ts';
import { expectGradients } from '../../../../packages/nn/test/golden.ts';
import { optionsOf, samplerOptionsOf } from '../../test/recorded-options.ts';
import { algorithmOf } from '../algorithms/algorithm-of.ts';
import { settledBy } from '../finetune/decided-options.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startingSpec } from '../finetune/starting-spec.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import { networkOptions } from './network-options.ts';
import { newPolicy } from './new-policy.ts';

const own = new URL('../../../../packages/agent/golden/', import.meta.url);

// As the tests of @dppo/agent have them: float32 over up to 100 steps.
const chains = { atol: 2e-4, rtol: 0 };
const logProbs = { atol: 5e-4, rtol: 5e-4 };

/** What `dppo finetune` makes of recorded options: a policy that was pre-trained with DDPM, then fine-tuned as they say. */
async function recordedPolicy({ inputs }: GoldenCase, { shared }: Golden, more: object = {}) {
  const { constructor, actor, actor_ft: actorFt } = shared.nets[inputs.nets];
  const { denoising_steps: denoisingSteps, predict_epsilon: predictEpsilon = true } = inputs.options;
  const [, condSteps] = inputs.state.shape;
  const chunk = (inputs.initial_noise ?? inputs.chains_prev).shape[1];
  const place = taskNamed('hopper');
  const task = await taskOf(place);
  const shape = { denoisingSteps, predictEpsilon, condSteps, horizonSteps: chunk, actSteps: chunk };
  const network = optionsOf('model.actor', constructor, networkOptions(''));
  const pretrained = newPolicy(place, task, task.bounds, { ...shape, maxEpisodeSteps: 100, ...network });
  const policy = join(mkdtempSync(join(tmpdir(), 'recorded-')), 'policy.safetensors');
  const frozen = toTensors(actor);
  await writePolicy(policy, { spec: pretrained, params: frozen });
  const given = samplerOptionsOf(inputs.options, inputs.eta, finetuneOptions.shape);
  const asked = finetuneOptions.parse({ policy, ...given, ...more });
  const spec = await startingSpec(asked);
  const options = settledBy(spec, asked);
  const made = algorithmOf(spec, frozen, options, (f) => f);
  const eta = Object.entries(toTensors(inputs.eta_weights ?? {})).map(([name, w]) => [`eta.${name}`, w]);
  // The reference keeps weights also of an η that it does not train.
  const learned: tf.NamedTensorMap = 'learnEta' in given ? Object.fromEntries(eta) : {};
  const params: tf.NamedTensorMap = { ...toTensors(actorFt), ...learned };
  expect(Object.keys(made.policy.init(0)).toSorted()).toEqual(Object.keys(params).toSorted());
  return { policy: made.policy, spec, options, frozen, params, before: { ...frozen, ...learned } };
}

/** [draws, B, Ta, Da] */
function noiseOf({ inputs }: GoldenCase): tf.Tensor4D {
  const start = toTensor<tf.Tensor3D>(inputs.initial_noise).expandDims<tf.Tensor4D>(0);
  return tf.concat([start, toTensor<tf.Tensor4D>(inputs.step_noise)]);
}

/** ln p of samples by what was recorded of their elements: the mean of the first so many actions, each number within [−5, 2]. */
function meanOf(recorded: GoldenArray, rewardHorizon = Infinity): tf.Tensor1D {
  const each = toTensor<tf.Tensor3D>(recorded).clipByValue<tf.Tensor3D>(-5, 2);
  const [, actions] = recorded.shape;
  return each.slice([0, 0], [-1, Math.min(rewardHorizon, actions)]).mean<tf.Tensor1D>([1, 2]);
}

const outputsOf = ({ outputs, outputs_f64: exact = {} }: GoldenCase) => ({ ...outputs, ...exact });

for (const file of ['ddpm_chain', 'ddim_chain']) {
  describeGolden(file, own, (golden) => {
    const [quiet, exploring] = [true, false].map((is) =>
      golden.cases.filter(({ inputs }) => inputs.deterministic === is),
    );
    it.for(exploring)('is what a fine-tuning explores with, by options: $name', async (recorded) => {
      const { inputs, outputs } = recorded;
      const { policy, params, before } = await recordedPolicy(recorded, golden);
      const exact = outputsOf(recorded);
      const [acting, each] = inputs.use_base_policy
        ? [before, outputs.logprobs_base]
        : [params, exact.logprobs];
      const obs = { state: toTensor<tf.Tensor3D>(inputs.state) };
      const { states, logProb } = policy.act(acting, obs, noiseOf(recorded));
      expect(states).toBeAllclose(exact.chains.data, chains);
      expect(logProb).toBeAllclose(meanOf(each), logProbs);
      expectScores(recorded, policy, params);
    });

    it.for(quiet)('is what a fine-tuning evaluates with, by options: $name', async (recorded) => {
      const { policy, params } = await recordedPolicy(recorded, golden);
      const obs = { state: toTensor<tf.Tensor3D>(recorded.inputs.state) };
      const action = policy.best(params, obs, noiseOf(recorded));
      expect(action).toBeAllclose(outputsOf(recorded).trajectories.data, chains);
      expectScores(recorded, policy, params);
    });
  });
}

/** Of samples at steps of their own; and of all observations the mean of a learned η. */
function expectScores({ inputs, outputs }: GoldenCase, policy: Policy, params: tf.NamedTensorMap): void {
  const state = toTensor<tf.Tensor3D>(inputs.state);
  const all = toTensor<tf.Tensor4D>(outputs.chains);
  const rows: number[] = Array.from(inputs.subsample_batch_inds.data);
  const first: number[] = Array.from(inputs.subsample_denoising_inds.data);
  const score = (of: readonly number[], from: readonly number[]) =>
    policy.logProb(
      params,
      { state: state.gather([...of]) },
      {
        states: tf.concat<tf.Tensor4D>(of.map((b, i) => all.slice([b, from[i]], [1, 2]))),
        first: tf.tensor1d([...from], 'int32'),
      },
    );
  expect(score(rows, first).logProb).toBeAllclose(meanOf(outputs.logprobs_subsample), logProbs);
  const each = Array.from({ length: state.shape[0] }, (_, b) => b);
  const learns = Object.keys(params).some(isEta);
  const mean = learns ? toTensor(outputs.eta).mean().dataSync() : [1];
  expect(
    score(
      each,
      each.map(() => 0),
    ).entropy,
  ).toBeAllclose(mean, { atol: 1e-5 });
}

describeGolden('eval_sampling', own, (golden) => {
  it.for(golden.cases)('is what a fine-tuned policy acts by, out of its file: $name', async (recorded) => {
    const { spec, params, frozen } = await recordedPolicy(recorded, golden);
    const path = join(mkdtempSync(join(tmpdir(), 'recorded-')), 'policy.safetensors');
    await writePolicy(path, { spec, params, frozen });
    const file = await readPolicy(path);
    const state = toTensor<tf.Tensor3D>(recorded.inputs.state);
    const action = policyOf(file).best(file.params, { state }, noiseOf(recorded));
    expect(action).toBeAllclose(outputsOf(recorded).trajectories.data, chains);
  });
});

describeGolden('ppo_loss', own, (golden) => {
  it.for(golden.cases.filter(isOther))(
    'is the loss that a fine-tuning makes of a sampler by options: $name',
    async (recorded) => expectLoss(recorded, golden),
  );
});

/** Whether a case is of another sampler than DDPM of a network that tells the noise. */
function isOther({ inputs: { options } }: GoldenCase): boolean {
  return options.use_ddim === true || options.predict_epsilon === false;
}

async function expectLoss(recorded: GoldenCase, golden: Golden): Promise<void> {
  const { inputs, outputs } = recorded;
  const learns = inputs.options.learn_eta === true;
  const { policy, params, options } = await recordedPolicy(recorded, golden, {
    rewardHorizon: inputs.reward_horizon,
    bcLossCoeff: inputs.use_bc_loss ? inputs.bc_loss_coef : 0,
    entCoef: learns ? inputs.ent_coef : 0,
  });
  const steps: number = inputs.options.ft_denoising_steps;
  const samples = Int32Array.from(inputs.denoising_inds.data, (d: number, b: number) => b * steps + d);
  const agent = settled({ ...options, actorLr: undefined, criticLr: undefined });
  const { advantages, clips } = weightsOf(policy, inputs.advantages.data, samples, agent);
  const [previous, next] = [inputs.chains_prev, inputs.chains_next].map((each) => toTensor(each));
  const batch = {
    obs: { state: toTensor(inputs.state) },
    states: tf.stack([previous, next], 1) as tf.Tensor4D,
    first: toTensor<tf.Tensor1D>(inputs.denoising_inds),
    oldLogProb: meanOf(inputs.oldlogprobs, inputs.reward_horizon),
    advantage: tf.tensor1d(advantages),
    clip: tf.tensor1d(clips),
    ...(inputs.use_bc_loss && {
      cloningNoise: tf.concat<tf.Tensor4D>([
        toTensor<tf.Tensor3D>(inputs.bc_initial_noise).expandDims<tf.Tensor4D>(0),
        toTensor<tf.Tensor4D>(inputs.bc_step_noise),
      ]),
    }),
  };
  const { gradients, ...terms } = differentiate((values) => actorLoss(policy, values, batch, agent), params);
  const exact = outputsOf(recorded);
  for (const [name, term] of [
    ['pg_loss', terms.policyLoss],
    ['bc_loss', terms.bcLoss],
    ['clipfrac', terms.clipFraction],
    ['ratio_mean', terms.ratio],
    ...(learns ? ([['eta_mean', terms.entropy]] as const) : []),
  ] as const)
    expect(term, name).toBeAllclose(exact[name].data, { atol: 5e-5, rtol: 0 });
  expect(terms.approxKl).toBeAllclose(exact.approx_kl.data, { atol: 1e-6, rtol: 0 });
  expectGradients(networkWeights(gradients), outputs.param_grads.actor_ft);
  if (!learns) return;
  const ofEta = Object.entries(gradients).flatMap(([name, gradient]) =>
    name.startsWith('eta.') ? [[name.slice('eta.'.length), gradient]] : [],
  );
  expectGradients(Object.fromEntries(ofEta), outputs.param_grads.eta);
}
