import { formatTensors } from '@dppo/checkpoint';
import { aboutFile } from '@dppo/files';
import { formatSpec, readPolicy, relativeTo } from '@dppo/policy';

import { startBackend } from '../backend.ts';
import { acting } from '../policy/acting-spec.ts';
import { diffusionOf, steppedOf } from '../runs/policy-in.ts';
import { writtenFolder } from '../runs/written-folder.ts';
import { writtenOut } from '../runs/written-out.ts';
import { diffusersFolder, type Folder } from './diffusers-folder.ts';
import type { ExportOptions } from './export-options.ts';
import { lerobotFolder } from './lerobot-folder.ts';
import { policyOnnx, type SteppedFile, stepOnnx } from './onnx-policy.ts';
import { referenceNames } from './reference-names.ts';

/**
 * `dppo export`: a policy for other programs.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function exportPolicy(options: ExportOptions, say: (line: string) => void): Promise<void> {
  const { policy: path, format, out } = options;
  say(await startBackend('cpu'));
  const policy = acting(await readPolicy(path), options);
  const file = { ...policy, spec: steppedOf(path, policy.spec) };
  const folder = folderOf(file, options);
  if (folder) {
    await writtenFolder(out, folder.files);
    for (const sentence of folder.remarks) say(sentence);
    return say(`wrote ${out}`);
  }
  await writtenOut(out, (place) => {
    const metadata = { dppo: formatSpec(relativeTo(place, file.spec), `policy ${path}`) };
    if (format === 'safetensors') return formatTensors(referenceNames(file), { format: 'pt', ...metadata });
    return (format === 'onnx' ? policyOnnx : stepOnnx)(file, metadata);
  });
  say(`wrote ${out}`);
}

/** The files of a format that has several. */
function folderOf(file: SteppedFile, { format, policy, stateSize }: ExportOptions): Folder | undefined {
  if (format !== 'lerobot' && format !== 'diffusers') return undefined;
  const diffusion = { ...file, spec: diffusionOf(policy, file.spec) };
  try {
    return format === 'lerobot' ? lerobotFolder(diffusion, stateSize) : diffusersFolder(diffusion);
  } catch (error) {
    throw aboutFile(`--policy ${policy}`, error);
  }
}
