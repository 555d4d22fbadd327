import { createHash } from 'node:crypto';

import {
  betaTime,
  flowMatching,
  logitNormalTime,
  noisePrediction,
  type Objective,
  pretrain as epochs,
  type PretrainState,
  pretrainState,
  uniformTime,
} from '@dppo/agent';
import { chunkDataset, type Demonstrations } from '@dppo/data';
import { cosineSchedule } from '@dppo/diffusion';
import { adamw } from '@dppo/optim';
import { isFlow, networkOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { checkTrainable } from '../algorithms/trainable.ts';
import { rateSchedule } from '../algorithms/rate-schedule.ts';
import { compilerOf, startBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { outlierRemarks, rangeRemarks } from '../tasks/range-remarks.ts';
import { untilStopped } from '../runs/stoppable.ts';
import { openStage } from './stage-run.ts';
import type { CheckedPretraining } from './training-data.ts';

/** `dppo pretrain`: behaviour cloning of action chunks by noise prediction, or by flow matching, in a run folder; writes the averaged weights. */
export async function pretrain(
  { options, spec, demonstrations }: CheckedPretraining,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  checkTrainable(tf.getBackend(), spec.network);
  const { states, actions, obsDim, actionDim } = demonstrations;
  for (const sentence of [
    ...rangeRemarks(spec.bounds),
    ...outlierRemarks('observations', states, obsDim),
    ...outlierRemarks('actions', actions, actionDim),
  ])
    say(sentence);
  const { minLr: min, lr: max, out } = options;
  const warmupSteps = Math.min(options.lrWarmupSteps, options.epochs - 1);
  const network = networkOf(spec.network);
  const chunks = chunkDataset(demonstrations, spec.network);
  const optimizer = adamw({ weightDecay: options.weightDecay });
  const run = await openStage(
    {
      command: 'pretrain',
      options,
      spec,
      fresh: kept(pretrainState(network.init(options.seed), optimizer)),
      counters: ({ epoch }) => ({ iteration: epoch, envSteps: epoch }),
      isDone: ({ epoch }) => epoch >= options.epochs,
      about: { demonstrations: digestOf(demonstrations) },
    },
    say,
  );
  if (run === undefined) return;
  const { actor, ...start } = run.start;
  let state: PretrainState = { ...start, average: actor };
  const save = (): Promise<void> => run.keep(kept(state));
  await untilStopped({ command: 'pretrain', ...run, save }, say, async (signal) => {
    const training = epochs(chunks, state, {
      ...options,
      lr: rateSchedule({ max, min, warmupSteps, cycleSteps: options.epochs }),
      optimizer,
      objective: objectiveOf({ spec, options }),
      compile: compilerOf(options),
      signal,
    });
    while (state.epoch < options.epochs) {
      if (state.epoch % options.saveEvery === 0) await save();
      const { epoch, loss, lr, state: next } = (await training.next()).value;
      state = next;
      await run.log({ iteration: epoch, 'train/loss': loss, 'train/learning_rate': lr });
      progress({ done: epoch, total: options.epochs, unit: 'epochs', text: `loss ${loss.toFixed(5)}` });
      say(`epoch ${epoch} of ${options.epochs}: loss ${loss.toFixed(5)}, learning rate ${lr.toPrecision(3)}`);
    }
    await run.finish(kept(state));
    say(`wrote ${out}`);
    return `${options.epochs} ${options.epochs === 1 ? 'epoch' : 'epochs'}, as asked`;
  });
}

const drawTimes = { uniform: uniformTime, beta: betaTime, 'logit-normal': logitNormalTime };

/** What is minimised: the error of the velocity of a flow, or of the noise or the clean chunk. */
function objectiveOf({ spec, options }: Pick<CheckedPretraining, 'spec' | 'options'>): Objective {
  const network = networkOf(spec.network);
  if (isFlow(spec)) return flowMatching(network, drawTimes[options.flowTimes ?? 'uniform']);
  const { denoisingSteps, prediction = 'epsilon' } = spec.sampler;
  return noisePrediction(network, cosineSchedule(denoisingSteps), { prediction });
}

/** The state as the run's folder keeps it: the weights that one acts with are the average. */
function kept({ average, ...state }: PretrainState) {
  return { ...state, actor: average };
}

/** What tells demonstrations, as they are scaled, from others. */
function digestOf({ states, actions, trajLengths }: Demonstrations): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [states, actions, trajLengths])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
