import {
  type DiffusionSpec,
  isFlow,
  networkOf,
  networkWeights,
  type PolicyFile,
  policyOf,
  samplersOf,
  type SteppedSpec,
  stepsOf,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { formatOnnx } from './onnx-proto.ts';
import { type Signature, traceOnnx } from './onnx-trace.ts';
import { batch } from './onnx-tracer.ts';

/** A diffusion policy as it is kept in a file. */
export interface DiffusionFile extends PolicyFile {
  readonly spec: DiffusionSpec;
}

/** A diffusion policy or a flow as it is kept in a file. */
export interface SteppedFile extends PolicyFile {
  readonly spec: SteppedSpec;
}

type Strings = Readonly<Record<string, string>>;

/**
 * The bytes of an ONNX model of the whole denoising loop: obs [B, To, Do] and noise [K, B, Ta, Da] to action [B, Ta, Da], without the
 * actions that are past then, as `dppo evaluate` acts. noise[0] is where denoising starts; the others are added after each step but the last, and are 0
 * for the most likely path. A flow adds none: its noise is [1, B, Ta, Da].
 */
export function policyOnnx(file: SteppedFile, metadata: Strings): Promise<Uint8Array> {
  const { network, sampler } = file.spec;
  const { obsDim, condSteps, actionDim, horizonSteps } = network;
  const graph = {
    inputs: [
      {
        name: 'obs',
        shape: [batch, condSteps, obsDim],
        dtype: 'float32',
        doc: 'observations, the oldest first, each scaled to [-1, 1] by the bounds in the metadata',
      },
      {
        name: 'noise',
        shape: [isFlow(file.spec) ? 1 : stepsOf(sampler), batch, horizonSteps, actionDim],
        dtype: 'float32',
        doc: isFlow(file.spec)
          ? 'standard normal: where the flow starts'
          : 'standard normal: where denoising starts, then what is added after each step but the last',
      },
    ],
    output: 'action',
    doc: `${isFlow(file.spec) ? 'All steps of a flow policy' : 'Denoising loop of a diffusion policy'}; the actions are in [-1, 1] within the bounds in the metadata.`,
  } as const;
  return traced(steppingOf(file), graph, metadata, ([obs, noise], weights) => {
    const policy = policyOf({ spec: file.spec, ...weights });
    return policy.best(weights.params, { state: rank3(obs) }, rank4(noise));
  });
}

/** The bytes of an ONNX model of one step's network. */
export function stepOnnx(file: SteppedFile, metadata: Strings): Promise<Uint8Array> {
  const { spec } = file;
  return isFlow(spec) ? velocityOnnx(file, metadata) : denoiserOnnx({ ...file, spec }, metadata);
}

/** The velocity of a flow: obs [B, To, Do], x [B, Ta, Da] and time [B], from 0, noise, to 1, the action, to the velocity [B, Ta, Da]. */
function velocityOnnx(file: SteppedFile, metadata: Strings): Promise<Uint8Array> {
  const { network } = file.spec;
  const { obsDim, condSteps, actionDim, horizonSteps } = network;
  const graph = {
    inputs: [
      { name: 'obs', shape: [batch, condSteps, obsDim], dtype: 'float32', doc: 'as the policy sees them' },
      { name: 'x', shape: [batch, horizonSteps, actionDim], dtype: 'float32', doc: 'actions on their way' },
      { name: 'time', shape: [batch], dtype: 'float32', doc: 'of step k of K: k / K, 0 noise, 1 action' },
    ],
    output: 'velocity',
    doc: 'Velocity network of a flow policy; a step adds velocity / K to x.',
  } as const;
  return traced(steppingOf(file), graph, metadata, ([obs, x, time], { params }) =>
    networkOf(network).apply(params, { state: rank3(obs) })(rank3(x), time.as1D()),
  );
}

/**
 * The bytes of an ONNX model of one step's network: obs [B, To, Do], x [B, Ta, Da] and time [B] to what it predicts [B, Ta, Da],
 * the noise in x or the clean action. Of a fine-tuned policy it is the fine-tuned network at the times of the last K′ steps and the
 * frozen one at others.
 */
function denoiserOnnx(file: DiffusionFile, metadata: Strings): Promise<Uint8Array> {
  const { network, sampler } = file.spec;
  const { obsDim, condSteps, actionDim, horizonSteps } = network;
  const { prediction = 'epsilon', ftDenoisingSteps = 0 } = sampler;
  const [firstTuned = -1] = samplersOf(file.spec).quiet.times.slice(stepsOf(sampler) - ftDenoisingSteps);
  const graph = {
    inputs: [
      { name: 'obs', shape: [batch, condSteps, obsDim], dtype: 'float32', doc: 'as the policy sees them' },
      { name: 'x', shape: [batch, horizonSteps, actionDim], dtype: 'float32', doc: 'noisy actions' },
      { name: 'time', shape: [batch], dtype: 'int32', doc: 'denoising times, K - 1 noisiest, 0 last' },
    ],
    output: prediction,
    doc: `Denoising network of a diffusion policy: ${prediction === 'x0' ? 'the clean action behind' : 'the noise in'} x at each time.`,
  } as const;
  return traced(file, graph, metadata, ([obs, x, time], { params, frozen }) => {
    const predict = (weights: tf.NamedTensorMap): tf.Tensor3D =>
      networkOf(network).apply(weights, { state: rank3(obs) })(rank3(x), time.as1D());
    if (!frozen) return predict(params);
    const tuned = time
      .less(tf.scalar(firstTuned + 1, 'int32'))
      .toFloat()
      .reshape([-1, 1, 1]);
    return predict(params)
      .mul(tuned)
      .add(predict(frozen).mul(tf.sub(1, tuned)));
  });
}

/** The weights that a policy acts with: a flow takes no step with those that it was fine-tuned from. */
function steppingOf({ spec, params, frozen }: SteppedFile): Pick<PolicyFile, 'params' | 'frozen'> {
  return frozen === undefined || isFlow(spec) ? { params } : { params, frozen };
}

async function traced(
  { params, frozen }: Pick<PolicyFile, 'params' | 'frozen'>,
  graph: Signature,
  metadata: Strings,
  f: (inputs: readonly tf.Tensor[], weights: Pick<PolicyFile, 'params' | 'frozen'>) => tf.Tensor,
): Promise<Uint8Array> {
  // A learned η or noise explores only.
  const groups = { actor: networkWeights(params), ...(frozen && { frozen }) };
  const onnx = await traceOnnx(graph, groups, (inputs, { actor, frozen: others }) =>
    f(inputs, { params: actor, ...(frozen && { frozen: others }) }),
  );
  return formatOnnx(onnx, { doc: graph.doc, metadata });
}

function rank3(x: tf.Tensor): tf.Tensor3D {
  const [rows, steps, size] = x.shape;
  return x.as3D(rows, steps, size);
}

function rank4(x: tf.Tensor): tf.Tensor4D {
  const [draws, rows, steps, size] = x.shape;
  return x.as4D(draws, rows, steps, size);
}
