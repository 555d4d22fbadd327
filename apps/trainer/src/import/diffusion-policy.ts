import { readTorchObjects, type TorchTensor } from '@dppo/checkpoint';
import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import { members } from '../runs/members.ts';
import type { FoundPolicy } from './found-policy.ts';
import { type Weights, weightsOfTorch } from './import-weights.ts';
import { plainConfig } from './plain-config.ts';
import { diffusionPolicyNames } from './their-names.ts';
import { rangesBy, type Scaling } from './their-ranges.ts';
import { samplerOf, type SamplerWishes } from './their-sampler.ts';
import { unetOf, weightsOf } from './their-unet.ts';

const size = z.number().int().min(1).max(16_384);
const steps = z.number().int().min(1).max(1000);

/** What their policy and network are made with; other words of the policy are for each step of the scheduler. */
const made = z.looseObject({
  model: z.strictObject({
    _target_: z.string(),
    input_dim: size,
    local_cond_dim: z.null().optional(),
    global_cond_dim: size,
    diffusion_step_embed_dim: size.default(256),
    down_dims: z.array(size).min(1).max(10).default([256, 512, 1024]),
    kernel_size: size.default(3),
    n_groups: size.default(8),
    cond_predict_scale: z.boolean().default(false),
  }),
  noise_scheduler: z.looseObject({ _target_: z.string() }),
  horizon: steps,
  obs_dim: size,
  action_dim: size,
  n_action_steps: steps,
  n_obs_steps: steps,
  num_inference_steps: z.number().int().nullish(),
  obs_as_global_cond: z.literal(true),
  obs_as_local_cond: z.literal(false).default(false),
  pred_action_steps_only: z.boolean().default(false),
  oa_step_convention: z.boolean().default(false),
});

const config = z.looseObject({
  n_latency_steps: z.literal(0).optional(),
  training: z.looseObject({ use_ema: z.boolean().default(true) }).default({ use_ema: true }),
  policy: made,
});

/** Classes of policies that come with diffusion_policy, and why we have none such. */
const others: readonly (readonly [name: RegExp, what: string])[] = [
  [/Transformer/, 'a transformer, a network that dppo has not'],
  [/Image|Video/, 'a policy that sees images, which dppo has not'],
];

/**
 * A policy in a checkpoint of real-stanford/diffusion_policy, the moving average where that was kept: a low-dimensional U-Net that sees its
 * observations as a global condition. Nothing in the file is run.
 *
 * @returns undefined where the file is a checkpoint of another program
 * @throws Error naming the file, and what of the policy has no counterpart here
 * @see https://github.com/real-stanford/diffusion_policy diffusion_policy/policy/diffusion_unet_lowdim_policy.py
 */
export async function readDiffusionPolicy(
  path: string,
  wishes: SamplerWishes = {},
): Promise<FoundPolicy | undefined> {
  const { root, tensors } = await readTorchObjects(path);
  if (!(root instanceof Map && root.has('cfg') && root.has('state_dicts'))) return undefined;
  try {
    return policyIn(plainConfig(root.get('cfg')), tensors, wishes);
  } catch (error) {
    throw aboutFile(path, error);
  }
}

function policyIn(
  cfg: unknown,
  tensors: ReadonlyMap<string, TorchTensor>,
  wishes: SamplerWishes,
): FoundPolicy {
  checkClass(cfg);
  const parsed = config.safeParse(cfg);
  if (!parsed.success) throw new Error(`cfg: ${oneLine(parsed.error)}`);
  const { policy: their, training } = parsed.data;
  const { model, noise_scheduler: scheduler, n_obs_steps: condSteps, n_action_steps: actSteps } = their;
  checkTarget('policy.model', model['_target_'], /\.ConditionalUnet1D$/, 'ConditionalUnet1D');
  const settings = Object.fromEntries(Object.entries(scheduler).filter(([name]) => name !== '_target_'));
  checkTarget(
    'policy.noise_scheduler',
    scheduler['_target_'],
    /\.DD[PI]MScheduler$/,
    'DDPMScheduler or DDIMScheduler',
  );
  const all = weightsOfTorch(tensors);
  const [average, last] = ['ema_model', 'model'].map((name) => members(all, `state_dicts.${name}.`));
  const isAveraged = training.use_ema && Object.keys(average).length > 0;
  const saved = isAveraged ? average : last;
  const network = unetOf({
    obsDim: their.obs_dim,
    actionDim: their.action_dim,
    condSteps,
    horizonSteps: their.pred_action_steps_only ? actSteps : their.horizon,
    downDims: model.down_dims,
    stepDim: model.diffusion_step_embed_dim,
    kernelSize: model.kernel_size,
    groups: model.n_groups,
    film: model.cond_predict_scale,
  });
  const { weights, others: beside } = weightsOf(network, saved, 'model.', diffusionPolicyNames);
  const known = /^normalizer\.params_dict\.(obs|action)\.|^(mask_generator\.)?_dummy_variable$/;
  const first = their.oa_step_convention ? condSteps - 1 : condSteps;
  return {
    kind: `a policy of diffusion_policy${isAveraged ? ', its moving average' : ''}`,
    network,
    weights,
    sampler: samplerOf(
      {
        kind: scheduler['_target_'].endsWith('.DDIMScheduler') ? 'ddim' : 'ddpm',
        settings,
        steps: their.num_inference_steps ?? undefined,
        stepOptions: stepOptionsOf(their),
      },
      wishes,
    ),
    bounds: rangesBy(scalingIn(saved, 'obs', network.obsDim), scalingIn(saved, 'action', network.actionDim)),
    actSteps,
    firstAction: their.pred_action_steps_only ? 0 : first,
    leftOut: beside.filter((name) => !known.test(name)),
  };
}

/** @throws Error saying what kind of policy it is, where not of the one that is read */
function checkClass(cfg: unknown): void {
  const target = z.looseObject({ policy: z.looseObject({ _target_: z.string() }) }).safeParse(cfg);
  if (!target.success) throw new Error('cfg.policy._target_ is missing, wanted the class of the policy');
  const name = target.data.policy['_target_'];
  const [, what = 'a policy of another kind'] = others.find(([pattern]) => pattern.test(name)) ?? [];
  if (!name.endsWith('.DiffusionUnetLowdimPolicy'))
    throw new Error(`cfg.policy is ${name}: ${what}, wanted DiffusionUnetLowdimPolicy`);
}

function checkTarget(name: string, found: string, pattern: RegExp, wanted: string): void {
  if (!pattern.test(found)) throw new Error(`cfg.${name} is ${found}, wanted ${wanted}`);
}

/** What else their policy was made with is for the scheduler's steps. */
function stepOptionsOf(their: z.output<typeof made>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(their).filter(([name]) => name !== '_target_' && !Object.hasOwn(made.shape, name)),
  );
}

/** Their LinearNormalizer: x′ = x·scale + offset, one number of each for all where there is one. */
function scalingIn(saved: Weights, key: 'obs' | 'action', dim: number): Scaling {
  const [scale, offset] = ['scale', 'offset'].map((name) => {
    const full = `normalizer.params_dict.${key}.${name}`;
    if (!Object.hasOwn(saved, full)) throw new Error(`${full} is missing, wanted [${dim}]`);
    const { shape, values } = saved[full];
    const numbers = Array.from(values(), Number);
    if (numbers.length !== dim && numbers.length !== 1)
      throw new Error(`${full} is [${shape.join()}], wanted [${dim}]`);
    return Array.from({ length: dim }, (_, d) => numbers[numbers.length === 1 ? 0 : d]);
  });
  const d = scale.findIndex((each) => !(each > 0 && each < Infinity));
  if (d >= 0)
    throw new Error(
      `normalizer.params_dict.${key}.scale has ${scale[d]} in dimension ${d}, wanted a finite number above 0`,
    );
  return {
    low: scale.map((each, i) => (-1 - offset[i]) / each),
    width: scale.map((each) => 2 / each),
  };
}

function oneLine(error: z.ZodError): string {
  const [{ path, message }] = error.issues;
  return `${path.join('.')}: ${message}`;
}
