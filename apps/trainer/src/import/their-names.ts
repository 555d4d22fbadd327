/** What another program calls a weight of ours. */
export type Layout = (ours: string) => string;

/** @see https://github.com/real-stanford/diffusion_policy diffusion_policy/model/diffusion/conditional_unet1d.py */
export const diffusionPolicyNames: Layout = (ours) =>
  ours.replace(/^time_mlp\./, 'diffusion_step_encoder.').replace('.block.2.', '.block.1.');

/** @see https://github.com/huggingface/lerobot src/lerobot/policies/diffusion/modeling_diffusion.py */
export const lerobotNames: Layout = (ours) =>
  diffusionPolicyNames(ours)
    .replace(/\.blocks\.([01])\./, (_, block: string) => `.conv${Number(block) + 1}.`)
    .replace(/^((?:down|up)_modules\.\d+\.2)\.conv\./, '$1.');

/** A fine-tuned flow: its velocity, the network of its noise, and the table of steps that this may see. Source: ReinFlow model/flow/mlp_flow.py:166-300 */
export const reinflowNames: Layout = (ours) =>
  `policy.${ours}`
    .replace('policy.noise.time_embedding_explore.', 'time_embedding_explore.')
    .replace('policy.noise.', 'explore_noise_net.');
