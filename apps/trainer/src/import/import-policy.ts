import { readNormalization } from '@dppo/data';
import * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import type { ImportOptions } from '../commands/import.ts';
import { checkWeights, writePolicy } from '../policy/policy-file.ts';
import { boundsOf, type DiffusionSpec } from '../policy/policy-spec.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-spec.ts';
import { networkOfWeights } from './import-network.ts';
import { readReference, type Weights } from './import-weights.ts';

/**
 * `dppo import`: a policy of the reference, pre-trained or fine-tuned, to a policy file.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function importPolicy(options: ImportOptions, say: (line: string) => void): Promise<void> {
  const { weights: path, environment, actSteps, maxEpisodeSteps, denoisingSteps, ftDenoisingSteps } = options;
  say(await startBackend('cpu'));
  const normalization = await readNormalization(options.normalization);
  const [obsDim, actionDim] = [normalization.obsMin.length, normalization.actionMin.length];
  const task = taskNamed(environment);
  const expected = await taskOf(task);
  if (obsDim !== expected.obsDim || actionDim !== expected.actionDim) {
    throw new Error(
      `--normalization ${options.normalization}: found ranges of ${obsDim} and ${actionDim} numbers, expected ${expected.obsDim} and ${expected.actionDim} for ${environment}`,
    );
  }
  const { actor, frozen } = await readReference(path);
  const { sizes, network } = architecture(path, actor, { ...options, obsDim, actionDim });
  if (actSteps > sizes.horizonSteps)
    throw new Error(`--act-steps: found ${actSteps}, expected at most ${sizes.horizonSteps}`);
  if (frozen && ftDenoisingSteps > denoisingSteps)
    throw new Error(`--ft-denoising-steps: found ${ftDenoisingSteps}, expected at most ${denoisingSteps}`);
  const spec: DiffusionSpec = {
    kind: 'diffusion',
    environment: task,
    ...sizes,
    hidden: [...sizes.hidden],
    network,
    actSteps,
    maxEpisodeSteps,
    denoisingSteps,
    ...(frozen && { ftDenoisingSteps }),
    bounds: boundsOf(normalization),
  };
  for (const group of frozen ? [actor, frozen] : [actor]) checkWeights(path, spec, group);
  await writePolicy(options.out, {
    spec,
    actor: tensorsOf(actor),
    ...(frozen && { frozen: tensorsOf(frozen) }),
  });
  say(
    `wrote ${options.out}: a ${frozen ? 'fine-tuned' : 'pre-trained'} ${network.kind === 'mlp' ? 'MLP' : 'U-Net'} with ${network.activation}`,
  );
}

function architecture(
  path: string,
  ...given: Parameters<typeof networkOfWeights>
): ReturnType<typeof networkOfWeights> {
  try {
    return networkOfWeights(...given);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function tensorsOf(weights: Weights): tf.NamedTensorMap {
  const tensors = Object.entries(weights).map(([name, { shape, values }]) => [
    name,
    tf.tensor(Float32Array.from(values(), Number), [...shape]),
  ]);
  return Object.fromEntries(tensors);
}
