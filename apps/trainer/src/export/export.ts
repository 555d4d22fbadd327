import { writeTensors, writeWhole } from '@dppo/checkpoint';
import type * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import type { ExportOptions } from '../commands/export.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { formatSpec } from '../policy/policy-spec.ts';
import { denoiserOnnx, type DiffusionFile, policyOnnx } from './onnx-policy.ts';

/**
 * `dppo export`: a policy for other programs.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function exportPolicy(options: ExportOptions, say: (line: string) => void): Promise<void> {
  const { policy: path, format, out } = options;
  say(await startBackend('cpu'));
  const { spec, ...weights } = await readPolicy(path);
  if (spec.kind !== 'diffusion')
    throw new Error(`--policy ${path}: a ${spec.kind} policy, expected a diffusion policy`);
  const file = { spec, ...weights };
  if (format === 'safetensors') {
    await writeTensors(out, referenceNames(file), { format: 'pt', dppo: formatSpec(out, spec) });
  } else {
    const bytes = await (format === 'onnx' ? policyOnnx : denoiserOnnx)(file);
    await writeWhole(out, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  say(`wrote ${out}`);
}

/**
 * The weights as the reference names them: `network.` before fine-tuning; `actor.` and `actor_ft.` after it, the frozen
 * and the fine-tuned network.
 */
function referenceNames({ actor, frozen }: DiffusionFile): tf.NamedTensorMap {
  return frozen
    ? { ...prefixed('actor.', frozen), ...prefixed('actor_ft.', actor) }
    : prefixed('network.', actor);
}

function prefixed(prefix: string, weights: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}
