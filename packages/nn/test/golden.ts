import { onlyKnows, toTensors, type GoldenArray, type GoldenCase, type Skip } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

import {
  denoiserMlp,
  unet1d,
  valueMlp,
  type Activation,
  type Denoise,
  type Network,
  type Observation,
} from '../src/index.ts';

export type Constructor = GoldenCase['inputs'];
export type State = Pick<GoldenArray, 'shape'>;

const activations: Readonly<Record<string, Activation>> = {
  ReLU: 'relu',
  ELU: 'elu',
  Mish: 'mish',
  Tanh: 'tanh',
  GELU: 'gelu',
  Softplus: 'softplus',
  Identity: 'identity',
};

export function activationNamed(name: string, skip: Skip): Activation {
  return activations[name] ?? skip(`activation ${name} is not supported`);
}

/** The options of a multilayer perceptron; what a constructor does not say is PyTorch's default. */
function layers(constructor: Constructor, skip: Skip) {
  return {
    hidden: constructor.mlp_dims ?? [256, 256],
    activation: activationNamed(constructor.activation_type ?? 'Mish', skip),
    residual: constructor.residual_style ?? false,
    layerNorm: constructor.use_layernorm ?? false,
  };
}

/** The denoiser that the arguments of a DiffusionMLP or a Unet1D describe, for states [B, To, Do]. */
export function recordedDenoiser(
  constructor: Constructor,
  { shape: [, condSteps, obsDim] }: State,
  horizonSteps: number,
  skip: Skip,
): Network<[obs: Observation], Denoise> {
  const sizes = { obsDim, condSteps, horizonSteps, actionDim: constructor.action_dim };
  if ('diffusion_step_embed_dim' in constructor || 'dim_mults' in constructor) {
    return recordedUnet(constructor, sizes, skip);
  }
  return denoiserMlp({ ...sizes, ...timedLayers(constructor, skip) });
}

/** The options of a DiffusionMLP or a FlowMLP beside its sizes. */
export function timedLayers(constructor: Constructor, skip: Skip) {
  onlyKnows(
    `action_dim horizon_steps cond_dim time_dim mlp_dims cond_mlp_dims
    activation_type out_activation_type use_layernorm residual_style`.split(/\s+/),
    constructor,
    skip,
  );
  return {
    timeDim: constructor.time_dim ?? 16,
    condHidden: constructor.cond_mlp_dims ?? [],
    outActivation: activationNamed(constructor.out_activation_type ?? 'Identity', skip),
    ...layers(constructor, skip),
  };
}

function recordedUnet(
  constructor: Constructor,
  sizes: { obsDim: number; condSteps: number; horizonSteps: number; actionDim: number },
  skip: Skip,
) {
  onlyKnows(
    `action_dim horizon_steps cond_dim diffusion_step_embed_dim dim dim_mults
    kernel_size n_groups activation_type cond_predict_scale smaller_encoder
    cond_mlp_dims groupnorm_eps`.split(/\s+/),
    constructor,
    skip,
  );
  const condHidden = constructor.cond_mlp_dims ?? [];
  return unet1d({
    ...sizes,
    dim: constructor.dim ?? 32,
    dimMults: constructor.dim_mults ?? [1, 2, 4, 8],
    timeDim: constructor.diffusion_step_embed_dim ?? 32,
    kernelSize: constructor.kernel_size ?? 5,
    ...(constructor.n_groups ? { groups: constructor.n_groups } : {}),
    groupNormEpsilon: constructor.groupnorm_eps ?? 1e-5,
    activation: activationNamed(constructor.activation_type ?? 'Mish', skip),
    conditioning: constructor.cond_predict_scale ? 'film' : 'offset',
    condHidden,
    encoderLayers: constructor.smaller_encoder || condHidden.length > 0 ? 1 : 3,
  });
}

/** The critic that the arguments of a CriticObs describe, for states [B, To, Do]. */
export function recordedCritic(
  constructor: Constructor,
  { shape: [, condSteps, obsDim] }: State,
  skip: Skip,
): Network<[obs: Observation], tf.Tensor1D> {
  onlyKnows(`cond_dim mlp_dims activation_type use_layernorm residual_style`.split(/\s+/), constructor, skip);
  return valueMlp({ obsDim, condSteps, ...layers(constructor, skip) });
}

export function shapes(map: tf.NamedTensorMap): Record<string, number[]> {
  return Object.fromEntries(Object.entries(map).map(([name, { shape }]) => [name, shape]));
}

/** Holds the parameters that a network makes to the recorded names and shapes. */
export function expectParameters(network: Network<never, unknown>, recorded: tf.NamedTensorMap): void {
  expect(network.shapes).toEqual(shapes(recorded));
  expect(shapes(network.init(0))).toEqual(shapes(recorded));
}

/** Holds gradients to the recorded ones, each within 2e-4 of the largest of the whole network; null is none. */
export function expectGradients(
  gradients: tf.NamedTensorMap,
  recorded: Readonly<Record<string, GoldenArray | null>>,
): void {
  let largest = 0;
  for (const array of Object.values(recorded)) {
    for (const g of array?.data ?? []) largest = Math.max(largest, Math.abs(g));
  }
  for (const [name, array] of Object.entries(recorded)) {
    const gradient = gradients[name];
    if (array === null) {
      // PyTorch tells a parameter that nothing reaches from one whose gradient is 0; here both are 0.
      if (gradient) expect(gradient).toBeAllclose(new Float32Array(gradient.size), { atol: 0, rtol: 0 });
      continue;
    }
    expect(gradient.shape, name).toEqual(array.shape);
    expect(gradient, name).toBeAllclose(array.data, { atol: 2e-4 * largest, rtol: 0 });
  }
}

/** Holds the gradients of sum(out · upstream), of the parameters and of the first input, to the recorded ones. */
export function expectNetworkGradients(
  out: (params: tf.NamedTensorMap, input: tf.Tensor3D) => tf.Tensor,
  { inputs, outputs }: GoldenCase,
  input: tf.Tensor3D,
): void {
  const params = toTensors(inputs.weights);
  const names = Object.keys(params);
  const upstream = tf.tensor(inputs.upstream.data, inputs.upstream.shape);
  const loss = (values: tf.Tensor[], x: tf.Tensor3D) =>
    out(Object.fromEntries(names.map((name, i) => [name, values[i]])), x)
      .reshape(upstream.shape)
      .mul(upstream)
      .sum();
  const gradients = tf.grads((...values) => loss(values, input))(Object.values(params));
  const all = Object.fromEntries(names.map((name, i) => [name, gradients[i]]));
  if (outputs.input0_grad) {
    all['input 0'] = tf.grad((x) => loss(Object.values(params), x.reshape(input.shape)))(input);
  }
  expectGradients(all, {
    ...outputs.param_grads,
    ...(outputs.input0_grad && { 'input 0': outputs.input0_grad }),
  });
}
