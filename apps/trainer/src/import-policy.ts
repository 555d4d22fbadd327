import { readNormalization, readNpz } from '@dppo/data';
import * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

import { startBackend } from './backend.ts';
import type { importPolicy as schema } from './options.ts';
import { boundsOf, checkWeights, type DiffusionSpec, writePolicy } from './policy-file.ts';
import { refuseExisting } from './refuse-existing.ts';

/** `dppo import`: weights by their PyTorch names to a policy file. */
export async function importPolicy(
  options: z.output<typeof schema>,
  say: (line: string) => void,
): Promise<void> {
  refuseExisting(options.out, '--out');
  say(await startBackend('cpu'));
  const normalization = await readNormalization(options.normalization);
  const spec: DiffusionSpec = {
    kind: 'diffusion',
    environment: options.environment,
    obsDim: normalization.obsMin.length,
    actionDim: normalization.actionMin.length,
    condSteps: options.condSteps,
    horizonSteps: options.horizonSteps,
    actSteps: options.actSteps,
    maxEpisodeSteps: options.maxEpisodeSteps,
    denoisingSteps: options.denoisingSteps,
    timeDim: options.timeDim,
    hidden: options.hidden,
    bounds: boundsOf(normalization),
  };
  const arrays = Object.fromEntries(
    Object.entries(await readNpz(options.weights)).map(([name, array]) => [
      name.replace(/^(network|actor)\./, ''),
      array,
    ]),
  );
  checkWeights(options.weights, spec, arrays);
  const actor = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      tf.tensor(Float32Array.from(data, Number), [...shape]),
    ]),
  );
  await writePolicy(options.out, { spec, actor });
  say(`wrote ${options.out}`);
}
