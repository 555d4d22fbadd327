import { existsSync } from 'node:fs';

import type { Counters } from '@dppo/agent';
import type { Tree } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

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
  /** What it has taken so far, all stretches together. */
  readonly seconds: () => number;
  /** Adds a row to metrics.jsonl and to TensorBoard's file. */
  log(row: LoggedRow): Promise<void>;
  /** Writes a state to a file of this name. */
  save(
    name: string,
    state: { readonly [name: string]: Tree },
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Writes into history.yaml how it ended. */
  end(ending: Ending): Promise<void>;
}

/**
 * Begins a run in a folder, or goes on `from` a state: drops the metrics of later iterations, and tells which were unreadable.
 * What writes throws where another process has taken the folder over.
 */
export async function beginRun(
  folder: OpenFolder,
  from: (Counters & { readonly seconds: number }) | undefined,
  say: (line: string) => void,
): Promise<RunUnderWay> {
  await beginStretch(folder.dir, machineOf(tf.getBackend()), say);
  const metrics = fileIn(folder, 'metrics.jsonl');
  if (from !== undefined && existsSync(metrics)) {
    for (const sentence of unreadableIn(metrics)) say(sentence);
    await cutMetrics(metrics, from.iteration);
  }
  const began = performance.now() - (from?.seconds ?? 0) * 1000;
  const seconds = (): number => (performance.now() - began) / 1000;
  const log = metricsLog(folder, from?.envSteps);
  return {
    folder,
    seconds,
    log: async (row) => {
      folder.check();
      await log(row);
    },
    save: async (name, state, metadata) => {
      folder.check();
      const file = fileIn(folder, name);
      const about = { seconds: seconds(), backend: tf.getBackend() };
      await written(file, writeState(file, state, about, metadata));
    },
    end: async (ending) => {
      folder.check();
      await endStretch(folder.dir, ending);
    },
  };
}
