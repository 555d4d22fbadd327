import type { Bounds } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

/** What the page needs to know of a policy that `dppo finetune` wrote. */
interface PolicySpec {
  readonly obsDim: number;
  readonly actionDim: number;
  readonly horizonSteps: number;
  readonly actSteps: number;
  readonly denoisingSteps: number;
  readonly ftDenoisingSteps: number;
  readonly timeDim: number;
  readonly hidden: readonly number[];
  readonly bounds: Bounds;
}

export interface PolicyFile {
  readonly spec: PolicySpec;
  /** θ, which runs the last `ftDenoisingSteps` steps. */
  readonly actor: tf.NamedTensorMap;
  /** θ₀ of before fine-tuning, which runs those before. */
  readonly frozen: tf.NamedTensorMap;
}

interface Entry {
  readonly shape: number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/**
 * A policy from the bytes of its safetensors file: the length of a JSON, the JSON, and float32 numbers
 * (https://github.com/huggingface/safetensors#format). Where there is a disk, `readTensors` of @dppo/checkpoint checks far more.
 *
 * @throws Error where it is not a policy of dppo
 */
export function readPolicy(file: ArrayBuffer): PolicyFile {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.slice(8, 8 + length)));
  const { __metadata__: metadata, ...entries } = header;
  if (metadata?.dppo === undefined) throw new Error('readPolicy: no description of a policy in the file');
  const group = (prefix: string): tf.NamedTensorMap => {
    const members = Object.entries<Entry>(entries).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(
      members.map(
        ([
          name,
          {
            shape,
            data_offsets: [begin, end],
          },
        ]) => {
          const values = new Float32Array(file.slice(8 + length + begin, 8 + length + end));
          return [name.slice(prefix.length), tf.tensor(values, shape)];
        },
      ),
    );
  };
  return { spec: JSON.parse(metadata.dppo), actor: group('actor.'), frozen: group('frozen.') };
}
