import type { PolicyFile } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

type Weights = Readonly<Record<string, { readonly shape: number[]; readonly values: Float32Array }>>;

/** A policy as threads can send it to one another. */
export interface SentPolicy {
  readonly spec: PolicyFile['spec'];
  readonly params: Weights;
  readonly frozen: Weights | undefined;
  /** of the episodes that are played */
  readonly seed: number;
}

/** Reads the weights of a policy, which stay its owner's. */
export function sent({ spec, params, frozen }: PolicyFile, seed: number): SentPolicy {
  return { spec, params: weightsOf(params), frozen: frozen && weightsOf(frozen), seed };
}

/** The policy that was sent, of tensors that are its receiver's. */
export function received({ spec, params, frozen }: SentPolicy): PolicyFile {
  return { spec, params: tensorsOf(params), ...(frozen && { frozen: tensorsOf(frozen) }) };
}

function weightsOf(tensors: tf.NamedTensorMap): Weights {
  const all = Object.entries(tensors).map(([name, tensor]) => {
    return [name, { shape: tensor.shape, values: tensor.dataSync<'float32'>() }] as const;
  });
  return Object.fromEntries(all);
}

function tensorsOf(weights: Weights): tf.NamedTensorMap {
  const all = Object.entries(weights).map(
    ([name, { shape, values }]) => [name, tf.tensor(values, shape)] as const,
  );
  return Object.fromEntries(all);
}
