import { createHash } from 'node:crypto';

import { flowMatching, noisePrediction, type Objective } from '@dppo/agent';
import { chunkDataset, type Demonstrations } from '@dppo/data';
import { cosineSchedule } from '@dppo/diffusion';
import { isFlow, networkOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { checkTrainable } from '../algorithms/trainable.ts';
import { startThreads } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { outlierRemarks, rangeRemarks } from '../tasks/range-remarks.ts';
import { cloned } from './cloned.ts';
import { drawTimes } from './draw-times.ts';
import type { CheckedPretraining } from './training-data.ts';

/** `dppo pretrain`: behaviour cloning of action chunks by noise prediction, or by flow matching, in a run folder; writes the averaged weights. */
export async function pretrain(
  { options: given, spec, demonstrations }: CheckedPretraining,
  say: (line: string) => void,
  live: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  const options = await startThreads(given, say);
  checkTrainable(tf.getBackend(), spec.network);
  const { states, actions, obsDim, actionDim } = demonstrations;
  for (const sentence of [
    ...rangeRemarks(spec.bounds),
    ...outlierRemarks('observations', states, obsDim),
    ...outlierRemarks('actions', actions, actionDim),
  ])
    say(sentence);
  await cloned(
    {
      command: 'pretrain',
      options,
      spec,
      objective: objectiveOf({ spec, options }),
      chunks: async () => chunkDataset(demonstrations, spec.network),
      about: { demonstrations: digestOf(demonstrations) },
    },
    say,
    live,
  );
}

/** What is minimised: the error of the velocity of a flow, or of the noise or the clean chunk. */
function objectiveOf({ spec, options }: Pick<CheckedPretraining, 'spec' | 'options'>): Objective {
  const network = networkOf(spec.network);
  if (isFlow(spec)) return flowMatching(network, drawTimes[options.flowTimes ?? 'uniform']);
  const { denoisingSteps, prediction = 'epsilon' } = spec.sampler;
  return noisePrediction(network, cosineSchedule(denoisingSteps), { prediction });
}

/** What tells demonstrations, as they are scaled, from others. */
function digestOf({ states, actions, trajLengths }: Demonstrations): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [states, actions, trajLengths])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
