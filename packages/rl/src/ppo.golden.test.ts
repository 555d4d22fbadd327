import { readGolden, type GoldenCase } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { chainLogProbs, sample, sampleChain, stepLogProbs, type Denoise } from '../../diffusion/src/index.ts';
import { denoiser, parameters, replay, samplers, tensor3d } from '../../diffusion/test/recorded.ts';
import { valueMlp } from '../../nn/src/index.ts';
import { clipToQuantiles, normalizeAdvantages } from './advantages.ts';
import { chunkLogProb } from './chunk-log-prob.ts';
import { clipRanges, denoisingDiscounts } from './denoising.ts';
import { approxKl, clipFraction, clippedSurrogate, valueLoss } from './ppo.ts';

const golden =
  readGolden(new URL('../../../../shared/golden/ppo_loss.json', import.meta.url)) ??
  readGolden(new URL('../golden/ppo_loss.json.gz', import.meta.url));

// The divergence is a small difference of nearly equal numbers.
const tolerances: [term: keyof ReturnType<typeof losses>, atol: number][] = [
  ['pg_loss', 5e-5],
  ['v_loss', 5e-5],
  ['clipfrac', 5e-5],
  ['bc_loss', 5e-5],
  ['approx_kl', 1e-6],
];

/** What enters the surrogate from outside the network: advantages and clip ranges, each row at its denoising index. */
function weighted({ inputs }: GoldenCase): { advantage: tf.Tensor1D; clip: tf.Tensor1D } {
  const { options, advantages, denoising_inds: index } = inputs;
  const steps: number = options.ft_denoising_steps;
  const normal = options.norm_adv ? normalizeAdvantages(advantages.data) : advantages.data;
  const clipped = clipToQuantiles(
    normal,
    options.clip_advantage_lower_quantile,
    options.clip_advantage_upper_quantile,
  );
  const discounts = denoisingDiscounts(options.gamma_denoising, steps);
  const ranges = clipRanges(
    {
      clip: options.clip_ploss_coef,
      base: options.clip_ploss_coef_base,
      rate: options.clip_ploss_coef_rate,
    },
    steps,
  );
  return {
    advantage: tf.tensor1d(clipped.map((advantage, b) => advantage * discounts[index.data[b]])),
    clip: tf.tensor1d(Float32Array.from(index.data, (j: number) => ranges[j])),
  };
}

/** −mean ln π of chunks that the frozen policy samples; 0 where the case has no such term. */
function cloning({ inputs }: GoldenCase, frozen: Denoise, tuned: Denoise): tf.Scalar {
  if (!inputs.use_bc_loss) return tf.scalar(0);
  const { sampling, logProb, options } = samplers(inputs.options, false);
  const first = sampling.length - inputs.options.ft_denoising_steps;
  const noise = replay(inputs.bc_step_noise);
  const clips = { ...options, clipNoise: inputs.options.randn_clip_value };
  const middle = sample(frozen, tensor3d(inputs.bc_initial_noise), sampling.slice(0, first), noise, clips);
  const { chain } = sampleChain(frozen, middle, sampling.slice(first), noise, clips);
  const logProbs = chainLogProbs(tuned, chain, logProb.slice(first), options);
  const [batch, steps, horizon, actions] = logProbs.shape;
  return chunkLogProb(logProbs.reshape([batch * steps, horizon, actions]))
    .mean<tf.Scalar>()
    .neg();
}

/** Every term of the loss, as functions of the actor's and the critic's parameters. */
function losses(recorded: GoldenCase, actor: tf.NamedTensorMap, critic: tf.NamedTensorMap) {
  const { inputs } = recorded;
  const net = golden?.shared.nets[inputs.nets];
  const { logProb: steps, options } = samplers(inputs.options, false);
  const tail = steps.slice(steps.length - inputs.options.ft_denoising_steps);
  const state = tensor3d(inputs.state);
  const tuned = denoiser(net.constructor, actor, state);
  const horizon = { rewardHorizon: inputs.reward_horizon };
  const transitions = {
    previous: tensor3d(inputs.chains_prev),
    next: tensor3d(inputs.chains_next),
    index: Int32Array.from(inputs.denoising_inds.data),
  };
  const logProb = chunkLogProb(stepLogProbs(tuned, transitions, tail, options), horizon);
  const oldLogProb = chunkLogProb(tensor3d(inputs.oldlogprobs), horizon);
  const { advantage, clip } = weighted(recorded);
  const values = valueMlp({
    obsDim: state.shape[2],
    condSteps: state.shape[1],
    hidden: net.critic_constructor.mlp_dims,
    activation: 'mish',
  });
  const clipValue = inputs.options.clip_vloss_coef;
  return {
    pg_loss: clippedSurrogate({ logProb, oldLogProb, advantage, clip }),
    v_loss: valueLoss(
      {
        value: values.apply(critic, state),
        returns: tf.tensor1d(inputs.returns.data),
        oldValue: tf.tensor1d(inputs.oldvalues.data),
      },
      clipValue === null ? {} : { clip: clipValue },
    ),
    clipfrac: clipFraction({ logProb, oldLogProb, clip }),
    approx_kl: approxKl(logProb, oldLogProb),
    bc_loss: cloning(recorded, denoiser(net.constructor, parameters(net.actor), state), tuned),
  };
}

describe('the loss of the reference', () => {
  // A learned η is no table of steps.
  const tabular = golden?.cases.filter(({ inputs }) => (inputs.eta?.kind ?? 'EtaFixed') === 'EtaFixed') ?? [];

  it.each(tabular)('is repeated with its gradients for $name', (recorded) => {
    const { inputs, outputs } = recorded;
    const net = golden?.shared.nets[inputs.nets];
    const actor = parameters(net.actor_ft);
    const critic = parameters(net.critic);
    const terms = losses(recorded, actor, critic);
    for (const [name, atol] of tolerances) {
      expect(terms[name]).toBeAllclose(outputs[name].data, { atol, rtol: 0 });
    }

    const names = [...Object.keys(actor), ...Object.keys(critic)];
    const count = Object.keys(actor).length;
    const total = (...values: tf.Tensor[]): tf.Scalar => {
      const pairs = values.map((value, i): [string, tf.Tensor] => [names[i], value]);
      const { pg_loss, v_loss, bc_loss } = losses(
        recorded,
        Object.fromEntries(pairs.slice(0, count)),
        Object.fromEntries(pairs.slice(count)),
      );
      // The entropy term is −mean η, here the constant −1.
      return pg_loss
        .add(v_loss.mul(inputs.vf_coef))
        .add(bc_loss.mul(inputs.bc_loss_coef))
        .sub(inputs.ent_coef);
    };
    const { value, grads } = tf.valueAndGrads(total)([...Object.values(actor), ...Object.values(critic)]);
    expect(value).toBeAllclose(outputs.total_loss.data, { atol: 5e-5, rtol: 0 });
    for (const [part, first] of Object.entries({ actor_ft: 0, critic: count })) {
      const wanted: Record<string, { data: Float32Array }> = outputs.param_grads[part];
      const largest = Math.max(...Object.values(wanted).flatMap(({ data }) => Array.from(data, Math.abs)));
      for (const [i, [name, { data }]] of Object.entries(wanted).entries()) {
        expect(names[first + i]).toBe(name);
        // Float32 gradients agree relative to the network's largest.
        expect(grads[first + i]).toBeAllclose(data, { atol: 2e-4 * largest, rtol: 0 });
      }
    }
  });
});
