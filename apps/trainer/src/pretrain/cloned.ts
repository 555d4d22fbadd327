import {
  type Chunks,
  type Objective,
  pretrain as epochs,
  type PretrainState,
  pretrainState,
} from '@dppo/agent';
import { adamw } from '@dppo/optim';
import { networkOf, type SteppedSpec } from '@dppo/policy';

import { rateSchedule } from '../algorithms/rate-schedule.ts';
import { compilerOf } from '../backend.ts';
import type { Live } from '../output/live.ts';
import { untilStopped } from '../runs/stoppable.ts';
import type { CloningOptions } from './cloning-options.ts';
import { openStage, type Stage } from './stage-run.ts';

/** What is cloned, and into what. */
export interface Cloning extends Pick<Stage<PretrainState>, 'command' | 'about'> {
  readonly options: Stage<PretrainState>['options'] &
    CloningOptions &
    Parameters<typeof compilerOf>[0] & { readonly seed: number };
  readonly spec: SteppedSpec;
  readonly objective: Objective;
  /** Reads or makes what is cloned, once it is known that something is left to do. */
  readonly chunks: (signal: AbortSignal) => Promise<Chunks>;
}

/** Clones chunks of actions in a run folder, for the epochs that are asked for; writes the averaged weights. */
export async function cloned(
  { command, about, options, spec, objective, chunks }: Cloning,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'>,
): Promise<void> {
  const { minLr: min, lr: max, out, epochs: count } = options;
  const warmupSteps = Math.min(options.lrWarmupSteps, count - 1);
  const optimizer = adamw({ weightDecay: options.weightDecay });
  const run = await openStage(
    {
      command,
      options,
      spec,
      fresh: kept(pretrainState(networkOf(spec.network).init(options.seed), optimizer)),
      counters: ({ epoch }) => ({ iteration: epoch, envSteps: epoch }),
      isDone: ({ epoch }) => epoch >= count,
      ...(about && { about }),
    },
    say,
  );
  if (run === undefined) return;
  const { actor, ...start } = run.start;
  let state: PretrainState = { ...start, average: actor };
  const save = (): Promise<void> => run.keep(kept(state));
  await untilStopped({ command, ...run, save }, say, async (signal) => {
    const training = epochs(await chunks(signal), state, {
      ...options,
      lr: rateSchedule({ max, min, warmupSteps, cycleSteps: count }),
      optimizer,
      objective,
      compile: compilerOf(options),
      signal,
    });
    while (state.epoch < count) {
      if (state.epoch % options.saveEvery === 0) await save();
      const { epoch, loss, lr, state: next } = (await training.next()).value;
      state = next;
      await run.log({ iteration: epoch, 'train/loss': loss, 'train/learning_rate': lr });
      progress({ done: epoch, total: count, unit: 'epochs', text: `loss ${loss.toFixed(5)}` });
      say(`epoch ${epoch} of ${count}: loss ${loss.toFixed(5)}, learning rate ${lr.toPrecision(3)}`);
    }
    await run.finish(kept(state));
    say(`wrote ${out}`);
    return `${count} ${count === 1 ? 'epoch' : 'epochs'}, as asked`;
  });
}

/** The state as the run's folder keeps it: the weights that one acts with are the average. */
function kept({ average, ...state }: PretrainState) {
  return { ...state, actor: average };
}
