import { formatTensors } from '@dppo/checkpoint';
import { type BoundsSpec, type DiffusionSpec, stepsOf, networkWeights } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { lerobotNames } from '../import/their-names.ts';
import { widthOf } from '../import/their-ranges.ts';
import { wholeNetwork } from '../policy/whole-network.ts';
import { type Folder, jsonOf } from './diffusers-folder.ts';
import { schedulerOf } from './diffusers-scheduler.ts';
import type { DiffusionFile } from './onnx-policy.ts';

const [state, environment] = ['observation.state', 'observation.environment_state'];

/**
 * The folder of a policy that `DiffusionPolicy.from_pretrained` of lerobot reads, with the processors that scale what it sees and does
 * (lerobot 0.4 and later).
 *
 * @param stateSize - how many numbers of an observation are observation.state; the others are observation.environment_state
 * @throws Error saying what of the policy has no counterpart there
 * @see https://github.com/huggingface/lerobot src/lerobot/policies/diffusion
 */
export function lerobotFolder(
  { spec, params, frozen }: DiffusionFile,
  stateSize = spec.network.obsDim - 1,
): Folder {
  const { network, sampler, task, bounds } = spec;
  const unet = unetOf(spec);
  const scheduler = schedulerOf(sampler);
  if (scheduler.isImplied)
    throw new Error(
      'DDIM with the noise that the bounded clean action implies has no counterpart in lerobot, which goes on with the predicted one',
    );
  const tuned = sampler.ftDenoisingSteps ?? stepsOf(sampler);
  if (frozen && tuned < stepsOf(sampler))
    throw new Error(
      `a policy fine-tuned in its last ${tuned} of ${stepsOf(sampler)} steps has two networks, lerobot's has one`,
    );
  const { obsDim, actionDim, condSteps, horizonSteps } = network;
  const { actSteps, firstAction = 0 } = task;
  if (firstAction !== condSteps - 1)
    throw new Error(
      `the first action of a chunk that is executed is ${firstAction}, lerobot's is ${condSteps - 1} with ${condSteps} observations`,
    );
  if (!(stateSize >= 1 && stateSize < obsDim))
    throw new Error(
      `--state-size: found ${stateSize}, wanted 1 to ${obsDim - 1}: lerobot wants numbers of both ${state} and ${environment}`,
    );
  const features = {
    [state]: { type: 'STATE', shape: [stateSize] },
    [environment]: { type: 'ENV', shape: [obsDim - stateSize] },
  };
  const outputs = { action: { type: 'ACTION', shape: [actionDim] } };
  const modes = { VISUAL: 'MEAN_STD', STATE: 'MIN_MAX', ENV: 'MIN_MAX', ACTION: 'MIN_MAX' };
  const { prediction_type, clip_sample, clip_sample_range, num_train_timesteps, beta_schedule } =
    scheduler.config;
  const config = {
    type: 'diffusion',
    n_obs_steps: condSteps,
    input_features: features,
    output_features: outputs,
    device: 'cpu',
    horizon: horizonSteps,
    n_action_steps: actSteps,
    normalization_mapping: modes,
    crop_shape: null,
    ...unet,
    noise_scheduler_type: scheduler.kind,
    num_train_timesteps,
    beta_schedule,
    prediction_type,
    clip_sample,
    clip_sample_range,
    num_inference_steps: scheduler.steps,
  };
  const all = statsOf(bounds, stateSize);
  const scaling = { eps: 1e-8, norm_map: modes };
  const [before, after] = [
    'policy_preprocessor_step_3_normalizer_processor.safetensors',
    'policy_postprocessor_step_0_unnormalizer_processor.safetensors',
  ];
  const device = { registry_name: 'device_processor', config: { device: 'cpu', float_dtype: null } };
  return {
    files: {
      'config.json': jsonOf(config),
      'model.safetensors': formatTensors(theirNames(networkWeights(params)), { format: 'pt' }),
      'policy_preprocessor.json': jsonOf({
        name: 'policy_preprocessor',
        steps: [
          { registry_name: 'rename_observations_processor', config: { rename_map: {} } },
          { registry_name: 'to_batch_processor', config: {} },
          device,
          {
            registry_name: 'normalizer_processor',
            config: { ...scaling, features: { ...features, ...outputs } },
            state_file: before,
          },
        ],
      }),
      [before]: formatTensors(all),
      'policy_postprocessor.json': jsonOf({
        name: 'policy_postprocessor',
        steps: [
          {
            registry_name: 'unnormalizer_processor',
            config: { ...scaling, features: outputs },
            state_file: after,
          },
          device,
        ],
      }),
      [after]: formatTensors(all),
    },
    remarks: [
      ...scheduler.remarks,
      `of an observation ${stateSize} numbers are ${state}, the other ${obsDim - stateSize} ${environment}`,
    ],
  };
}

/** The network by the words of their configuration. */
function unetOf({ network }: DiffusionSpec) {
  const whole = wholeNetwork(network);
  if (whole.kind === 'mlp') return refuse('an MLP', 'a U-Net');
  const { horizonSteps, groups, groupNormEpsilon, condHidden } = whole;
  const { activation, encoderLayers, dim, dimMults, kernelSize, timeDim, conditioning } = whole;
  if (activation !== 'mish') refuse(`a U-Net with ${activation}`, 'one with mish');
  if (groups !== 8)
    refuse(
      `a U-Net with ${groups === undefined ? 'no group norms' : `norms of ${groups} groups`}`,
      'normalised in 8 groups',
    );
  if (groupNormEpsilon !== 1e-5) refuse(`a group norm's epsilon of ${groupNormEpsilon}`, 'normed with 1e-5');
  if (encoderLayers !== 1)
    refuse(`a U-Net with ${encoderLayers} layers that encode the condition`, 'one with 1 (encoderLayers)');
  if (condHidden.length > 0) refuse('a network that the observation passes first', 'without');
  const factor = 2 ** dimMults.length;
  if (horizonSteps % factor !== 0)
    throw new Error(
      `chunks of ${horizonSteps} actions are not of lerobot, which wants a multiple of ${factor}`,
    );
  return {
    down_dims: dimMults.map((mult) => dim * mult),
    kernel_size: kernelSize,
    n_groups: groups,
    diffusion_step_embed_dim: timeDim,
    use_film_scale_modulation: conditioning === 'film',
  };
}

function refuse(found: string, theirs: string): never {
  throw new Error(`${found} has no counterpart in lerobot, whose network is ${theirs}`);
}

function theirNames(weights: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [`diffusion.unet.${lerobotNames(name)}`, weight]),
  );
}

/** Least and largest numbers as lerobot scales by them. */
function statsOf({ obsMin, obsMax, actionMin, actionMax }: BoundsSpec, stateSize: number): tf.NamedTensorMap {
  const most = obsMin.map((min, d) => min + widthOf(min, obsMax[d]));
  return Object.fromEntries([
    ...ends(state, obsMin.slice(0, stateSize), most.slice(0, stateSize)),
    ...ends(environment, obsMin.slice(stateSize), most.slice(stateSize)),
    ...ends('action', actionMin, actionMax),
  ]);
}

/** The ends of the ranges of what is called `name`. */
function ends(
  name: string,
  min: readonly number[],
  max: readonly number[],
): (readonly [string, tf.Tensor])[] {
  return Object.entries({ min, max }).map(([end, values]) => [
    `${name}.${end}`,
    tf.tensor1d(Float32Array.from(values)),
  ]);
}
