import * as tf from '@tensorflow/tfjs';

import { denoiserOf, type PolicyFile, policyOf } from '../policy/policy-file.ts';
import type { DiffusionSpec } from '../policy/policy-spec.ts';
import { formatOnnx } from './onnx-proto.ts';
import { type Signature, traceOnnx } from './onnx-trace.ts';
import { batch } from './onnx-tracer.ts';

/** A diffusion policy as it is kept in a file. */
export interface DiffusionFile extends PolicyFile {
  readonly spec: DiffusionSpec;
}

/**
 * The bytes of an ONNX model of the whole denoising loop: obs [B, To, Do] and noise [K, B, Ta, Da] to action [B, Ta, Da], as
 * `dppo evaluate` acts. noise[0] is where denoising starts; the others are added after each step but the last, and are 0
 * for the most likely path.
 */
export function policyOnnx(file: DiffusionFile): Promise<Uint8Array> {
  const { obsDim, condSteps, actionDim, horizonSteps, denoisingSteps } = file.spec;
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
        shape: [denoisingSteps, batch, horizonSteps, actionDim],
        dtype: 'float32',
        doc: 'standard normal: where denoising starts, then what is added after each step but the last',
      },
    ],
    output: 'action',
    doc: 'Denoising loop of a diffusion policy; the actions are in [-1, 1] within the bounds in the metadata.',
  } as const;
  return traced(file, graph, ([obs, noise], weights) => {
    const policy = policyOf({ ...file, ...weights });
    return policy.best(weights.actor, { state: rank3(obs) }, rank4(noise));
  });
}

/**
 * The bytes of an ONNX model of one step's network: obs [B, To, Do], x [B, Ta, Da] and time [B] to the noise in x [B, Ta, Da].
 * Of a fine-tuned policy it is the fine-tuned network at times below K′ and the frozen one at others.
 */
export function denoiserOnnx(file: DiffusionFile): Promise<Uint8Array> {
  const { obsDim, condSteps, actionDim, horizonSteps, ftDenoisingSteps = 0 } = file.spec;
  const graph = {
    inputs: [
      { name: 'obs', shape: [batch, condSteps, obsDim], dtype: 'float32', doc: 'as the policy sees them' },
      { name: 'x', shape: [batch, horizonSteps, actionDim], dtype: 'float32', doc: 'noisy actions' },
      { name: 'time', shape: [batch], dtype: 'int32', doc: 'denoising times, K - 1 noisiest, 0 last' },
    ],
    output: 'epsilon',
    doc: 'Denoising network of a diffusion policy: the noise in x at each time.',
  } as const;
  return traced(file, graph, ([obs, x, time], { actor, frozen }) => {
    const network = denoiserOf(file.spec);
    const predict = (params: tf.NamedTensorMap): tf.Tensor3D =>
      network.apply(params, { state: rank3(obs) })(rank3(x), time.as1D());
    if (!frozen) return predict(actor);
    const tuned = time.less(tf.scalar(ftDenoisingSteps, 'int32')).toFloat().reshape([-1, 1, 1]);
    return predict(actor)
      .mul(tuned)
      .add(predict(frozen).mul(tf.sub(1, tuned)));
  });
}

async function traced(
  { spec, actor, frozen }: DiffusionFile,
  graph: Signature,
  f: (inputs: readonly tf.Tensor[], weights: Pick<PolicyFile, 'actor' | 'frozen'>) => tf.Tensor,
): Promise<Uint8Array> {
  const groups = { actor, ...(frozen && { frozen }) };
  const onnx = await traceOnnx(graph, groups, (inputs, { actor: weights, frozen: others }) =>
    f(inputs, { actor: weights, ...(frozen && { frozen: others }) }),
  );
  return formatOnnx(onnx, { doc: graph.doc, metadata: { dppo: JSON.stringify(spec) } });
}

function rank3(x: tf.Tensor): tf.Tensor3D {
  const [rows, steps, size] = x.shape;
  return x.as3D(rows, steps, size);
}

function rank4(x: tf.Tensor): tf.Tensor4D {
  const [draws, rows, steps, size] = x.shape;
  return x.as4D(draws, rows, steps, size);
}
