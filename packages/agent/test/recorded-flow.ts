import { onlyKnows, toTensors, type GoldenArray, type GoldenCase, type Skip } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';

import type { TimedMlp } from '../../nn/src/index.ts';
import { membersOf, noiseWeights, recordedFlow, recordedNoise } from '../../nn/test/flow.ts';
import { flowPolicy, type FlowPolicyOptions } from '../src/policies/flow.ts';

type Recorded = GoldenCase['inputs'];
type Weights = Readonly<Record<string, GoldenArray>>;

/** What is right of a recorded case, in float64: what the reference computes, or should. */
export function rightOf(recorded: GoldenCase): Recorded {
  return recorded['right_f64'] ?? recorded['outputs_f64'];
}

/** ReinFlow's weights of both networks by our names. */
export function flowParams(weights: Weights): tf.NamedTensorMap {
  const tensors = toTensors(weights);
  const noise = Object.entries(noiseWeights(tensors)).map(([name, weight]) => [`noise.${name}`, weight]);
  return { ...membersOf(tensors, 'policy.'), ...Object.fromEntries(noise) };
}

/** What a test says of a recorded policy beside what the recording says. */
interface Given extends Partial<FlowPolicyOptions> {
  readonly state: Pick<GoldenArray, 'shape'>;
  readonly horizonSteps: number;
  readonly skip: Skip;
  /** Floor of σ; that of the samples in the reference, which has none in its likelihoods (its defect F2). */
  readonly floor?: number;
}

/** The flow policy that a recorded case describes, for states [B, To, Do], and what it is made of. */
export function recordedFlowPolicy(inputs: Recorded, { state, horizonSteps, skip, floor, ...given }: Given) {
  const { constructor, noise, options } = inputs;
  onlyKnows(
    `act_min act_max randn_clip_value min_sampling_denoising_std logprob_min logprob_max
    clip_ploss_coef clip_vloss_coef denoised_clip_value`.split(/\s+/),
    options,
    skip,
  );
  if (options.act_min !== -options.act_max) skip('bounds of actions that are not ± one number');
  const flow = recordedFlow(constructor, state, horizonSteps, skip);
  const made = {
    network: flow,
    frozen: {},
    steps: noise.denoising_steps,
    noise: recordedSigma(flow, noise, floor ?? options.min_sampling_denoising_std, skip),
    horizonSteps,
    actionDim: constructor.action_dim,
    clipNoise: options.randn_clip_value,
    clipAction: options.act_max,
    ...given,
  } satisfies FlowPolicyOptions;
  return { made, policy: flowPolicy(made) };
}

function recordedSigma(
  flow: TimedMlp,
  noise: Recorded,
  floor: number,
  skip: Skip,
): FlowPolicyOptions['noise'] {
  if (noise.noise_scheduler_type === 'const') return Math.max(noise.min_logprob_denoising_std, floor);
  const own = recordedNoise(flow, noise, skip);
  return {
    network: {
      init: () => ({}),
      apply: (_, params, { state }) => {
        const sigma = own.apply(theirs(params), {
          state: state.as3D(state.shape[0], -1, state.shape[2] ?? 1),
        });
        return (step, range) => sigma(step, range).maximum(floor);
      },
    },
    min: noise.min_logprob_denoising_std,
    max: noise.max_logprob_denoising_std,
  };
}

/** Our parameters by ReinFlow's names. */
function theirs(params: tf.NamedTensorMap): tf.NamedTensorMap {
  const named = Object.entries(params).map(([name, weight]) => {
    if (!name.startsWith('noise.')) return [`policy.${name}`, weight];
    const own = name.slice('noise.'.length);
    return [own.startsWith('mlp_') ? `explore_noise_net.${own}` : own, weight];
  });
  return Object.fromEntries(named);
}
