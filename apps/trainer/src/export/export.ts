import { formatTensors } from '@dppo/checkpoint';
import { flatten } from '@dppo/optim';
import { formatSpec, readPolicy, relativeTo, withoutEta } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { acting } from '../policy/acting-spec.ts';
import { diffusionOf } from '../runs/policy-in.ts';
import { members } from '../runs/members.ts';
import { writtenOut } from '../runs/written-out.ts';
import type { ExportOptions } from './export-options.ts';
import { denoiserOnnx, type DiffusionFile, policyOnnx } from './onnx-policy.ts';

/**
 * `dppo export`: a policy for other programs.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function exportPolicy(options: ExportOptions, say: (line: string) => void): Promise<void> {
  const { policy: path, ddimSteps, format, out } = options;
  say(await startBackend('cpu'));
  const policy = acting(await readPolicy(path), ddimSteps);
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
 * and the fine-tuned network; `eta.` of an η that is learned.
 */
function referenceNames({ params, frozen }: DiffusionFile): tf.NamedTensorMap {
  const tuned = withoutEta(params);
  const networks = frozen ? { actor: frozen, actor_ft: tuned } : { network: tuned };
  return flatten({ ...networks, eta: members(params, 'eta.') }).tensors;
}
