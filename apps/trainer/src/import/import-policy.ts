import { statSync } from 'node:fs';

import { checkTrained, formatPolicy, type PolicySpec, relativeTo } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { refuseGiven } from '../options/given.ts';
import { writtenOut } from '../runs/written-out.ts';
import { rangeRemarks } from '../tasks/range-remarks.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import { readDiffusionPolicy } from './diffusion-policy.ts';
import type { ImportOptions } from './import-options.ts';
import type { FoundPolicy } from './found-policy.ts';
import { referencePolicy } from './import-reference.ts';
import { leftOutRemarks, roundedRemarks } from './import-remarks.ts';
import type { Weights } from './import-weights.ts';
import { readLerobot } from './lerobot.ts';

/**
 * `dppo import`: a policy of the reference, of ReinFlow, diffusion_policy or lerobot to a policy file.
 *
 * @throws Error naming the file or option, before anything is written
 */
export async function importPolicy(options: ImportOptions, say: (line: string) => void): Promise<void> {
  const { weights: path, environment, maxEpisodeSteps } = options;
  say(await startBackend('cpu'));
  const found = await policyIn(options);
  const { network, sampler, bounds, frozen, firstAction } = found;
  const place = taskNamed(environment);
  const expected = await taskOf(place);
  const { obsDim, actionDim } = network;
  if (obsDim !== expected.obsDim || actionDim !== expected.actionDim) {
    const source = options.normalization === undefined ? path : `--normalization ${options.normalization}`;
    throw new Error(
      `${source}: found ranges of ${obsDim} and ${actionDim} numbers, wanted ${expected.obsDim} and ${expected.actionDim} for ${environment}`,
    );
  }
  const { actSteps = found.actSteps } = options;
  const most = network.horizonSteps - firstAction;
  if (actSteps > most)
    throw new Error(
      `--act-steps: found ${actSteps}, wanted at most ${most}${firstAction > 0 ? ', what is left of a chunk from the present on' : ''}`,
    );
  const acting = { actSteps, ...(firstAction > 0 && { firstAction }), maxEpisodeSteps };
  const spec: PolicySpec = { network, sampler, bounds, task: { ...place, ...acting } };
  checkTrained(spec, found.weights, path);
  const params = tensorsOf(path, found.weights);
  const policy = frozen ? { params, frozen: tensorsOf(path, frozen) } : { params };
  await writtenOut(options.out, (file) => formatPolicy({ spec: relativeTo(file, spec), ...policy }, path));
  const remarks = [
    ...rangeRemarks(bounds),
    ...leftOutRemarks(found.leftOut),
    ...roundedRemarks({ ...found.weights, ...frozen }),
    ...(found.remarks ?? []),
  ];
  for (const sentence of remarks) say(sentence);
  say(`wrote ${options.out}: ${found.kind}`);
}

/** What the files of other programs than the reference tell, so that no option is to. */
const toldByThem = [
  'normalization',
  'kind',
  'noiseActivation',
  'denoisingSteps',
  'ftDenoisingSteps',
  'horizonSteps',
  'activation',
  'outActivation',
  'normGroups',
  'groupNormEpsilon',
  'predictEpsilon',
  'etaMin',
  'etaMax',
  'etaActivation',
  'denoisedClipValue',
  'finalActionClipValue',
  'epsClipValue',
];

/** The policy of a folder of lerobot, of a checkpoint of diffusion_policy, or else of the reference. */
async function policyIn(options: ImportOptions): Promise<FoundPolicy> {
  const { weights: path, ddimSteps, eta } = options;
  const wishes = { ddimSteps, eta };
  const theirs = statSync(path).isDirectory()
    ? await readLerobot(path, wishes)
    : path.endsWith('.ckpt') && (await readDiffusionPolicy(path, wishes));
  if (!theirs) return referencePolicy(options);
  refuseGiven({ ...options }, toldByThem, `it left out: ${path} tells it`);
  if (theirs.sampler.kind === 'ddpm')
    refuseGiven({ ...options }, ['eta'], 'it left out, or --ddim-steps as well: DDPM has no η');
  return theirs;
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
