import { formatTensors } from '@dppo/checkpoint';
import { flatten } from '@dppo/optim';
import { formatSpec, readPolicy, relativeTo } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { diffusionOf } from '../runs/policy-in.ts';
import { writtenOut } from '../runs/written-out.ts';
import type { ExportOptions } from './export-options.ts';
import { denoiserOnnx, type DiffusionFile, policyOnnx } from './onnx-policy.ts';

/**
 * `dppo export`: a policy for other programs.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function exportPolicy(options: ExportOptions, say: (line: string) => void): Promise<void> {
  const { policy: path, format, out } = options;
  say(await startBackend('cpu'));
  const policy = await readPolicy(path);
  const file = { ...policy, spec: diffusionOf(path, policy.spec) };
  await writtenOut(out, (place) => {
    const metadata = { dppo: formatSpec(relativeTo(place, file.spec), `policy ${path}`) };
    if (format === 'safetensors') return formatTensors(referenceNames(file), { format: 'pt', ...metadata });
    return (format === 'onnx' ? policyOnnx : denoiserOnnx)(file, metadata);
  });
  say(`wrote ${out}`);
}

/**
 * The weights as the reference names them: `network.` before fine-tuning; `actor.` and `actor_ft.` after it, the frozen
 * and the fine-tuned network.
 */
function referenceNames({ params, frozen }: DiffusionFile): tf.NamedTensorMap {
  return flatten(frozen ? { actor: frozen, actor_ft: params } : { network: params }).tensors;
}
