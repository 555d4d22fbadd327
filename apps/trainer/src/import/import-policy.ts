import { aboutFile } from '@dppo/files';
import { checkShapes, checkTrained, type DiffusionSpec, formatPolicy, relativeTo } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { writtenOut } from '../runs/written-out.ts';
import { rangeRemarks } from '../tasks/range-remarks.ts';
import { rangesIn } from '../tasks/ranges.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import { refuseGiven } from '../options/given.ts';
import { checkNetwork } from '../policy/network-by.ts';
import { checkUsed, samplerBy } from '../policy/sampler-by.ts';
import { etaOfWeights } from './import-eta.ts';
import { networkOfWeights } from './import-network.ts';
import type { ImportOptions } from './import-options.ts';
import { readReference, type Weights } from './import-weights.ts';

/**
 * `dppo import`: a policy of the reference, pre-trained or fine-tuned, to a policy file.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function importPolicy(options: ImportOptions, say: (line: string) => void): Promise<void> {
  const { weights: path, environment, actSteps, maxEpisodeSteps } = options;
  const { denoisingSteps, ddimSteps, predictEpsilon = true } = options;
  const { ftDenoisingSteps = Math.min(10, ddimSteps ?? denoisingSteps) } = options;
  say(await startBackend('cpu'));
  const bounds = await rangesIn(options.normalization);
  const [obsDim, actionDim] = [bounds.obsMin.length, bounds.actionMin.length];
  const place = taskNamed(environment);
  const expected = await taskOf(place);
  if (obsDim !== expected.obsDim || actionDim !== expected.actionDim) {
    throw new Error(
      `--normalization ${options.normalization}: found ranges of ${obsDim} and ${actionDim} numbers, wanted ${expected.obsDim} and ${expected.actionDim} for ${environment}`,
    );
  }
  const { actor, frozen, eta: etaWeights } = await readReference(path);
  if (frozen === undefined)
    refuseGiven(
      { ...options },
      ['ftDenoisingSteps'],
      `it left out: ${path} is of a policy that is not fine-tuned`,
    );
  const network = inFile(path, () => networkOfWeights(actor, { ...options, obsDim, actionDim }));
  checkNetwork(network, {});
  // Before tensors are made of what the file has: each may be as large as all of it.
  for (const weights of [actor, frozen ?? actor]) checkShapes(network, weights, path);
  const eta = inFile(path, () => etaOfWeights(etaWeights, { ...options, actionDim }));
  if (actSteps > network.horizonSteps)
    throw new Error(`--act-steps: found ${actSteps}, wanted at most ${network.horizonSteps}`);
  const base = {
    kind: 'ddpm',
    denoisingSteps,
    ...(frozen && { ftDenoisingSteps }),
    clipX0: 1,
    clipNoise: 3,
  } as const;
  const told = predictEpsilon ? {} : ({ prediction: 'x0' } as const);
  const { denoisedClipValue, finalActionClipValue, epsClipValue } = options;
  const clips = { denoisedClipValue, finalActionClipValue, epsClipValue };
  const sampling = { ddimSteps, ...clips, ...eta.options };
  const sampler = samplerBy({ ...base, ...told }, sampling);
  checkUsed(sampler, sampling);
  const spec: DiffusionSpec = {
    network,
    sampler,
    bounds,
    task: { ...place, actSteps, maxEpisodeSteps },
  };
  const weights = { ...actor, ...prefixed(eta.weights) };
  checkTrained(spec, weights, path);
  const params = tensorsOf(path, weights);
  const policy = frozen ? { params, frozen: tensorsOf(path, frozen) } : { params };
  await writtenOut(options.out, (file) => formatPolicy({ spec: relativeTo(file, spec), ...policy }, path));
  for (const sentence of rangeRemarks(bounds)) say(sentence);
  say(
    `wrote ${options.out}: a ${frozen ? 'fine-tuned' : 'pre-trained'} ${network.kind === 'mlp' ? 'MLP' : 'U-Net'} with ${network.activation}`,
  );
}

/** What is made of a file's weights; an error names the file. */
function inFile<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw aboutFile(path, error);
  }
}

/** Weights of η by their names among those of a policy. */
function prefixed(weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`eta.${name}`, weight]));
}

function tensorsOf(path: string, weights: Weights): tf.NamedTensorMap {
  const tensors = Object.entries(weights).map(([name, { shape, values }]) => {
    const numbers = values();
    if (!(numbers instanceof Float32Array || numbers instanceof Float64Array))
      throw new Error(`${path}: ${name} is of whole numbers, wanted floating-point numbers`);
    return [name, tf.tensor(Float32Array.from(numbers), [...shape])];
  });
  return Object.fromEntries(tensors);
}
