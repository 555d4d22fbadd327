import { cosineSchedule, ddimSteps, ddpmSteps, evaluationSteps, tableSampler } from '@dppo/diffusion';
import { adamw } from '@dppo/optim';
import { onlyKnows, toTensors, type GoldenCase, type Skip } from '@dppo/testing';

import { recordedCritic, recordedDenoiser } from '../../nn/test/golden.ts';
import { diffusionPolicy, type DiffusionPolicyOptions } from '../src/policies/diffusion.ts';
import type { DppoOptions } from '../src/ppo/options.ts';
import type { ActorCritic } from '../src/ppo/actor-critic.ts';
import { predicting } from './recorded-model.ts';

/** The agent that a recorded case describes, what its policy is made of, and what its iterations are told. */
export function recordedAgent({ inputs }: GoldenCase, skip: Skip) {
  const { train, model, actor, critic, weights } = inputs;
  checkSettings(inputs, skip);
  const { denoising_steps: denoisingSteps, horizon_steps: horizonSteps, action_dim: actionDim } = model;
  const schedule = cosineSchedule(denoisingSteps);
  const table = (eta: number) =>
    model.use_ddim ? ddimSteps(schedule, model.ddim_steps, eta) : ddpmSteps(schedule);
  const state = { shape: [inputs.n_envs, inputs.cond_steps, model.obs_dim] };
  const made = {
    network: recordedDenoiser(actor, state, horizonSteps, skip),
    frozen: toTensors(weights.actor),
    sampler: tableSampler(table(model.eta?.base_eta ?? 1), predicting(model)),
    quiet: tableSampler(evaluationSteps(table(0)), predicting(model)),
    ftDenoisingSteps: model.ft_denoising_steps,
    horizonSteps,
    actionDim,
    rewardHorizon: inputs.reward_horizon,
    minStd: model.min_sampling_denoising_std,
    logProbMinStd: model.min_logprob_denoising_std,
    clipNoise: model.randn_clip_value ?? 10,
    clipAction: model.final_action_clip_value ?? Infinity,
  } satisfies DiffusionPolicyOptions;
  const agent: ActorCritic = {
    policy: diffusionPolicy(made),
    critic: recordedCritic(critic, state, skip),
    actorOptimizer: adamw({ weightDecay: train.actor_weight_decay ?? 0 }),
    criticOptimizer: adamw({ weightDecay: train.critic_weight_decay ?? 0 }),
  };
  const options: DppoOptions = {
    gamma: train.gamma,
    gaeLambda: train.gae_lambda,
    gammaDenoising: model.gamma_denoising,
    clipPlossCoef: model.clip_ploss_coef,
    clipPlossCoefBase: model.clip_ploss_coef_base ?? 1e-3,
    clipPlossCoefRate: model.clip_ploss_coef_rate ?? 3,
    clipVlossCoef: model.clip_vloss_coef ?? Infinity,
    clipAdvantageLowerQuantile: model.clip_advantage_lower_quantile ?? 0,
    clipAdvantageUpperQuantile: model.clip_advantage_upper_quantile ?? 1,
    normAdv: model.norm_adv ?? true,
    vfCoef: train.vf_coef ?? 0,
    entCoef: train.ent_coef ?? 0,
    bcLossCoeff: train.use_bc_loss ? train.bc_loss_coeff : 0,
    updateEpochs: train.update_epochs,
    batchSize: train.batch_size,
    microBatchSize: train.batch_size,
    targetKl: train.target_kl ?? Infinity,
    maxGradNorm: train.max_grad_norm ?? Infinity,
    rewardScaleRunning: train.reward_scale_running ?? false,
    rewardScaleConst: train.reward_scale_const ?? 1,
    nCriticWarmupItr: train.n_critic_warmup_itr ?? 0,
  };
  return { agent, made, options, steps: Number(train.n_steps) };
}

function checkSettings({ train, model }: GoldenCase['inputs'], skip: Skip): void {
  onlyKnows(
    `n_train_itr n_critic_warmup_itr n_steps gamma actor_lr actor_weight_decay
    actor_lr_scheduler critic_lr critic_weight_decay critic_lr_scheduler val_freq
    force_train reward_scale_running reward_scale_const gae_lambda batch_size
    update_epochs vf_coef ent_coef target_kl logprob_batch_size max_grad_norm
    use_bc_loss bc_loss_coeff save_model_freq render reset_at_iteration`.split(/\s+/),
    train,
    skip,
  );
  onlyKnows(
    `gamma_denoising clip_ploss_coef clip_ploss_coef_base clip_ploss_coef_rate
    clip_vloss_coef clip_advantage_lower_quantile clip_advantage_upper_quantile norm_adv
    randn_clip_value min_sampling_denoising_std min_logprob_denoising_std
    denoising_steps ft_denoising_steps horizon_steps obs_dim action_dim
    denoised_clip_value final_action_clip_value use_ddim ddim_steps eta predict_epsilon`.split(/\s+/),
    model,
    skip,
  );
  if ((model.eta?.kind ?? 'EtaFixed') !== 'EtaFixed')
    skip(`an agent with ${model.eta.kind} is not supported`);
}
