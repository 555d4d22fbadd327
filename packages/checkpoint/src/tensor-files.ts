import { readBytes, writeWhole } from '@dppo/files';
import type * as tf from '@tensorflow/tfjs';
import { formatTensors, parseTensors, type TensorFile } from './tensors.ts';

/**
 * Writes what formatTensors makes of `tensors` and `metadata` to `path`, atomically: a crash leaves the old file or the new one. The
 * values are taken during the call, so the tensors may be disposed of before the promise resolves.
 *
 * @throws RangeError naming file and tensor for other dtypes than float32, int32 and bool
 */
export async function writeTensors(
  path: string,
  tensors: Readonly<tf.NamedTensorMap>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeWhole(path, formatTensors(tensors, metadata, `writeTensors: ${path}`));
}

/**
 * Reads what writeTensors wrote to `path`, or any safetensors file, as parseTensors does.
 *
 * @throws Error naming file and tensor where parseTensors does
 */
export async function readTensors(path: string): Promise<TensorFile> {
  return parseTensors(await readBytes(path), `readTensors: ${path}`);
}
