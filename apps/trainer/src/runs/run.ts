import { existsSync } from 'node:fs';

import type { Counters } from '@dppo/agent';
import type { Tree } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { clock, type Taken } from './clock.ts';
import { beginStretch, type Ending, endStretch } from './history.ts';
import { machineOf } from './machine.ts';
import { cutMetrics, unreadableIn } from './metrics-file.ts';
import { type LoggedRow, metricsLog } from './metrics-log.ts';
import type { OpenFolder } from './open-folder.ts';
import { fileIn } from './run-folder.ts';
import { writeState } from './saved-state.ts';
import { written } from './written.ts';

/** A run that is under way: what writes to its folder. */
export interface RunUnderWay {
  readonly folder: OpenFolder;
  /** What it has taken so far by the clock, all stretches together. */
  readonly seconds: () => number;
  /** Adds a row, with what the run has taken so far, to metrics.jsonl and to TensorBoard's file; gives it back. */
  log(row: LoggedRow): Promise<LoggedRow>;
  /** Writes a state to a file of this name. */
  save(
    name: string,
    state: { readonly [name: string]: Tree },
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Writes into history.yaml how it ended. */
  end(ending: Ending): Promise<void>;
}

/** Where a run goes on. */
export type Saved = Counters & Taken;

/** Where a run goes on that ended before its first checkpoint. */
export const beforeFirst: Saved = { iteration: -1, envSteps: -1, seconds: 0, cpuSeconds: 0 };

/**
 * Begins a run in a folder, or goes on `from` a state: drops the metrics of later iterations, and tells which were unreadable.
 * What writes throws where another process has taken the folder over.
 */
export async function beginRun(
  folder: OpenFolder,
  from: Saved | undefined,
  say: (line: string) => void,
): Promise<RunUnderWay> {
  await beginStretch(folder.dir, machineOf(tf.getBackend()), say);
  const metrics = fileIn(folder, 'metrics.jsonl');
  if (from !== undefined && existsSync(metrics)) {
    for (const sentence of unreadableIn(metrics)) say(sentence);
    await cutMetrics(metrics, from.iteration);
  }
  const taken = clock(from);
  const log = metricsLog(folder, from?.envSteps);
  return {
    folder,
    seconds: () => taken().seconds,
    log: async (numbers) => {
      folder.check();
      const { seconds, cpuSeconds } = taken();
      const row = { ...numbers, 'time/seconds': seconds, 'time/cpu_seconds': cpuSeconds };
      await log(row);
      return row;
    },
    save: async (name, state, metadata) => {
      folder.check();
      const file = fileIn(folder, name);
      const about = { ...taken(), backend: tf.getBackend() };
      await written(file, writeState(file, state, about, metadata));
    },
    end: async (ending) => {
      folder.check();
      await endStretch(folder.dir, ending);
    },
  };
}
