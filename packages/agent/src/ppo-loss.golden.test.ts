import {
  approxKl,
  chunkLogProb,
  clipFraction,
  clippedSurrogate,
  clipRanges,
  clipToQuantiles,
  denoisingDiscounts,
  normalizeAdvantages,
  valueLoss,
} from '@dppo/rl';
import { describeGolden, toTensor, toTensors, type Golden, type GoldenCase, type Skip } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { checkModel, denoiser, models, recordedEta, replay } from '../test/recorded-model.ts';
import { expectGradients, recordedCritic } from '../../nn/test/golden.ts';
import { differentiate } from '@dppo/optim';

/** What enters the surrogate from outside the network: advantages and clip ranges, each row at its denoising index. */
function weighted({ options, advantages, denoising_inds: index }: GoldenCase['inputs']) {
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

/** The parameters whose names begin with `part/`, without that. */
function partOf(params: tf.NamedTensorMap, part: string): tf.NamedTensorMap {
  const own = Object.entries(params).filter(([name]) => name.startsWith(`${part}/`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(part.length + 1), value]));
}

/** Every term of the loss of a case as functions of the parameters, in each way in which we compute it. */
function losses({ inputs }: GoldenCase, net: GoldenCase['inputs'], skip: Skip) {
  const { options } = inputs;
  checkModel(options, skip);
  const state = toTensor<tf.Tensor3D>(inputs.state);
  const start = toTensor<tf.Tensor3D>(inputs.chains_prev);
  const bind = (params: tf.NamedTensorMap) =>
    denoiser(net, params, state, { horizonSteps: start.shape[1], skip });
  const etaOf = recordedEta(inputs.eta, skip);
  const critic = recordedCritic(net.critic_constructor, state, skip);
  const transitions = {
    previous: start,
    next: toTensor<tf.Tensor3D>(inputs.chains_next),
    index: Int32Array.from(inputs.denoising_inds.data),
  };
  const horizon = { rewardHorizon: inputs.reward_horizon };
  const oldLogProb = chunkLogProb(toTensor(inputs.oldlogprobs), horizon);
  const { advantage, clip } = weighted(inputs);
  const parts = { actor_ft: net.actor_ft, critic: net.critic, eta: inputs.eta_weights ?? {} };
  const params = Object.fromEntries(
    Object.entries(parts).flatMap(([part, weights]) =>
      Object.entries(toTensors(weights)).map(([name, value]) => [`${part}/${name}`, value]),
    ),
  );
  const fixedEta = etaOf(partOf(params, 'eta'), state);
  const clipValue = options.clip_vloss_coef;

  return models(options, fixedEta, false).map(([kind], which) => {
    // What the frozen policy samples to be imitated: no gradient passes through it.
    const imitated = inputs.use_bc_loss
      ? models(options, fixedEta, false)[which][1].chain(
          { before: bind(toTensors(net.actor)), after: bind(toTensors(net.actor)) },
          toTensor(inputs.bc_initial_noise),
          replay(inputs.bc_step_noise),
        )
      : undefined;
    const terms = (values: tf.NamedTensorMap) => {
      const eta = etaOf(partOf(values, 'eta'), state);
      const [, model] = models(options, eta, false)[which];
      const tuned = bind(partOf(values, 'actor_ft'));
      const logProb = chunkLogProb(model.stepLogProbs(tuned, transitions), horizon);
      const etaMean = tf.mean(eta).asScalar();
      const pgLoss = clippedSurrogate({ logProb, oldLogProb, advantage, clip });
      const value = critic.apply(partOf(values, 'critic'), { state });
      const targets = {
        returns: toTensor<tf.Tensor1D>(inputs.returns),
        oldValue: toTensor<tf.Tensor1D>(inputs.oldvalues),
      };
      const vLoss = valueLoss({ value, ...targets }, clipValue ? { clip: clipValue } : {});
      let bcLoss = tf.scalar(0);
      if (imitated) {
        const each = model.chainLogProbs(tuned, imitated);
        bcLoss = chunkLogProb(each.reshape([-1, ...each.shape.slice(2)]))
          .mean<tf.Scalar>()
          .neg();
      }
      return {
        loss: pgLoss
          .sub(etaMean.mul(inputs.ent_coef))
          .add(vLoss.mul(inputs.vf_coef))
          .add<tf.Scalar>(bcLoss.mul(inputs.bc_loss_coef)),
        pg_loss: pgLoss,
        entropy_loss: etaMean.neg(),
        v_loss: vLoss,
        clipfrac: clipFraction({ logProb, oldLogProb, clip }),
        approx_kl: approxKl(logProb, oldLogProb),
        ratio_mean: logProb.sub(oldLogProb).exp().mean<tf.Scalar>(),
        bc_loss: bcLoss,
        eta_mean: etaMean,
      };
    };
    return { kind, result: differentiate(terms, params) };
  });
}

function expectSame(
  recorded: GoldenCase,
  { shared }: Golden,
  skip: Skip,
  left: readonly string[] = [],
): void {
  const { inputs, outputs } = recorded;
  for (const { kind, result } of losses(recorded, shared.nets[inputs.nets], skip)) {
    const { gradients, loss, ...terms } = result;
    for (const [name, term] of Object.entries<tf.Scalar>({ ...terms, total_loss: loss })) {
      expect(term.dataSync()[0], `${kind}: ${name}`).toSatisfy(Number.isFinite);
      if (left.includes(name)) continue;
      // The divergence is a small difference of nearly equal numbers.
      const atol = name === 'approx_kl' ? 1e-6 : 5e-5;
      expect(term, `${kind}: ${name}`).toBeAllclose(outputs[name].data, { atol, rtol: 0 });
    }
    for (const part of Object.keys(outputs.param_grads).filter((each) => !left.includes(each))) {
      expectGradients(partOf(gradients, part), outputs.param_grads[part]);
    }
  }
}

const single = ({ inputs }: GoldenCase): boolean => inputs.options.ft_denoising_steps === 1;

describeGolden('ppo_loss', new URL('../golden/', import.meta.url), (golden) => {
  it.for(golden.cases.filter((each) => !single(each)))(
    'repeats every term and every gradient: $name',
    (recorded, { skip }) => expectSame(recorded, golden, skip),
  );

  it.for(golden.cases.filter(single))(
    'is finite where the clip range of the reference is 0/0, and otherwise the same: $name',
    (recorded, { skip }) =>
      expectSame(recorded, golden, skip, ['pg_loss', 'total_loss', 'clipfrac', 'actor_ft', 'eta']),
  );
});
