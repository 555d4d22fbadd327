/** Options of the reference's files by the last parts of their names, where ours are not the same in other letters. */
export const referenceNames: Readonly<Record<string, string>> = {
  activation_type: 'activation',
  'actor_lr_scheduler.min_lr': 'actorMinLr',
  actor_weight_decay: 'weightDecay',
  base_eta: 'eta',
  base_policy_path: 'policy',
  cond_mlp_dims: 'condHidden',
  cond_predict_scale: 'conditioning',
  'critic.activation_type': 'criticActivation',
  'critic.mlp_dims': 'criticHidden',
  'critic.residual_style': 'criticResidual',
  'critic.use_layernorm': 'criticLayerNorm',
  'critic_lr_scheduler.min_lr': 'criticMinLr',
  critic_weight_decay: 'weightDecay',
  device: 'backend',
  diffusion_step_embed_dim: 'timeDim',
  dim: 'unetDim',
  'ema.decay': 'emaDecay',
  'env.name': 'environment',
  env_name: 'environment',
  'eta.activation_type': 'etaActivation',
  'eta.mlp_dims': 'etaHidden',
  'eta_lr_scheduler.first_cycle_steps': 'etaLrCycleSteps',
  'eta_lr_scheduler.min_lr': 'etaMinLr',
  'eta_lr_scheduler.warmup_steps': 'etaLrWarmupSteps',
  first_cycle_steps: 'lrCycleSteps',
  force_train: 'evalEvery',
  grad_accumulate: 'microBatchSize',
  groupnorm_eps: 'groupNormEpsilon',
  learning_rate: 'lr',
  logdir: 'runDir',
  max_eta: 'etaMax',
  min_eta: 'etaMin',
  mlp_dims: 'hidden',
  n_action_steps: 'actSteps',
  n_epochs: 'epochs',
  n_groups: 'normGroups',
  n_obs_steps: 'condSteps',
  n_steps: 'steps',
  n_train_itr: 'iterations',
  name: 'runDir',
  network_path: 'policy',
  normalization_path: 'normalization',
  out_activation_type: 'outActivation',
  residual_style: 'residual',
  save_model_freq: 'saveEvery',
  smaller_encoder: 'encoderLayers',
  train_dataset_path: 'data',
  use_bc_loss: 'bcLossCoeff',
  use_ddim: 'ddimSteps',
  use_layernorm: 'layerNorm',
  val_freq: 'evalEvery',
  'wandb.entity': 'logger',
  'wandb.project': 'logger',
  'wandb.run': 'logger',
  warmup_steps: 'lrWarmupSteps',
};

/** What an option of the reference, such as `train.n_steps`, is called here; undefined where there is none of these names. */
export function oursFor(name: string, ours: readonly string[]): string | undefined {
  const parts = name.split('.');
  const ends = parts.map((_, i) => parts.slice(i).join('.'));
  const known = ends.find((end) => Object.hasOwn(referenceNames, end));
  const found = known === undefined ? camel(parts[parts.length - 1]) : referenceNames[known];
  return ours.includes(found) && found !== name ? found : undefined;
}

function camel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
