import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import type { Counters, Metrics } from '@dppo/agent';
import type { Json, Tree } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import type { OpenLogger } from './loggers/logger.ts';
import type { Loggers } from './loggers/open-loggers.ts';
import { printable } from './output/printable.ts';
import { writeCurves } from './pictures/write-curves.ts';
import { writeReport } from './report/report.ts';
import { checkEmpty, openFolder, orClosed } from './runs/open-folder.ts';
import { configIn, readRun, recordedOptions } from './runs/recorded-run.ts';
import { fileIn, type RunFolder, writeConfig } from './runs/run-folder.ts';
import { beforeFirst, beginRun, type Saved } from './runs/run.ts';
import { readState, tellBackend } from './runs/saved-state.ts';

/** What a run says of itself: these by name on its page, all others in a table and where `dppo compare` finds runs to differ. */
export interface RunConfig {
  /** What is learned. */
  readonly environment?: string;
  /** What everything random follows from. */
  readonly seed?: number;
  /** How many are asked for; may change when a run goes on. */
  readonly iterations?: number;
  /** How long it may take, in minutes; may change when a run goes on. */
  readonly maxMinutes?: number;
  readonly [name: string]: Json | undefined;
}

/** A run of a loop of one's own, new or gone on with. */
export interface Run<State> {
  /** Its folder. */
  readonly dir: string;
  /** The state to go on from: the one saved last, or the one given where none was. */
  readonly start: State;
  /** Tells its loggers, metrics.jsonl and TensorBoard's file first, a row of `metrics`; `state` says of which iteration. */
  log(state: Counters, metrics: Metrics): Promise<void>;
  /** Tells its loggers a text, a picture or a file. */
  readonly tell: Pick<Loggers, 'text' | 'image' | 'file'>;
  /** Replaces state.safetensors by `state`, whole or not at all; a run that is opened again goes on from there. */
  save(state: State): Promise<void>;
  /** Says in history.yaml that the run has come to its end, writes report.html, and learning-curve.svg where there were evaluations, and closes its loggers and itself. */
  finish(): Promise<void>;
  /** Lets the run be opened again where a loop ends before its end; harmless after `finish`. */
  close(): Promise<void>;
}

/** How a run is opened. */
export interface OpenRunOptions<State> {
  /** Kept as config.yaml. */
  readonly config: RunConfig;
  /** The state before the first iteration; it becomes the run's. One that was saved has to have its form. */
  readonly start: State;
  /** Who is told about the run besides its metrics.jsonl and its file for TensorBoard, such as `mlflow('http://127.0.0.1:5000')`; nobody by default. */
  readonly loggers?: readonly OpenLogger[];
  /** Hears what is out of the ordinary: metrics that cannot be read, another backend. A warning of the process by default. */
  readonly say?: (sentence: string) => void;
}

/** No policy, as `last.safetensors` of `dppo finetune` is. */
const saved = 'state.safetensors';

const mayChange = new Set(['iterations', 'maxMinutes']);

/**
 * Makes the folder `dir` of a run, or goes on with the run in it: what came after its last saved state is dropped from its
 * metrics. `dppo report`, `plot` and `compare` take the folder, and so does serveDashboard. Until it is closed, no other process
 * can open it.
 *
 * A training goes on exactly where its episodes begin anew wherever it saves: `resetEvery` of `train`.
 *
 * @throws Error, before anything is changed, for a folder that is open already, naming the process, one with other files, another config than the run began with, a state that
 * is damaged or of another form; RangeError for a config that is none
 */
export async function openRun<State extends Counters & { readonly [name: string]: Tree }>(
  dir: string,
  options: OpenRunOptions<State>,
): Promise<Run<State>> {
  const { start: fresh, say = (sentence) => process.emitWarning(printable(sentence)), loggers } = options;
  const config = checkedConfig(options.config);
  const folder = await openFolder(dir, { say, check: () => found({ dir }, { config, fresh, say }) });
  // A loop may not have computed anything yet, and history.yaml says with what it does.
  await tf.ready();
  const { start, from } = folder.found;
  const run = await orClosed(folder, async () => {
    await writeConfig(folder, config);
    return beginRun(folder, from, { say, loggers });
  });
  let reached = start.iteration;
  return {
    dir,
    start,
    log: async ({ iteration, envSteps }, metrics) => {
      reached = iteration;
      await run.log({ ...metrics, iteration, 'time/env_steps': envSteps });
    },
    tell: run.tell,
    save: (state) => run.save(saved, state),
    finish: async () => {
      await run.end({ state: 'finished', why: `${reached} ${reached === 1 ? 'iteration' : 'iterations'}` });
      const recorded = readRun(dir);
      if (recorded.evaluations.length > 0) await writeCurves(fileIn(folder, 'learning-curve.svg'), recorded);
      await writeReport(folder);
      await run.close();
    },
    close: () => run.close(),
  };
}

/** The run in a folder, as it was saved last; a new one where there is none. */
async function found<State extends Counters & { readonly [name: string]: Tree }>(
  folder: RunFolder,
  given: {
    readonly config: RunConfig;
    readonly fresh: State;
    readonly say: (sentence: string) => void;
  },
): Promise<{ start: State; from: Saved | undefined }> {
  const { config, fresh, say } = given;
  if (!existsSync(fileIn(folder, 'config.yaml'))) {
    checkEmpty(folder.dir);
    return { start: fresh, from: undefined };
  }
  checkSame(folder, config);
  const file = fileIn(folder, saved);
  if (!existsSync(file)) return { start: fresh, from: beforeFirst };
  const state = await readState(file);
  tellBackend(state, say);
  const start = state.stateLike(fresh);
  return { start, from: { ...start, seconds: state.seconds, cpuSeconds: state.cpuSeconds } };
}

/** The config as a file gives it back. */
function checkedConfig(config: RunConfig): RunConfig {
  const parsed = recordedOptions.catchall(z.json().optional()).safeParse(config);
  if (!parsed.success) throw new RangeError(`openRun: config: ${z.prettifyError(parsed.error)}`);
  return JSON.parse(JSON.stringify(parsed.data));
}

/** @throws Error naming what the config of the run in a folder has otherwise */
function checkSame(folder: RunFolder, config: RunConfig): void {
  const file = fileIn(folder, 'config.yaml');
  const began = configIn(file);
  for (const name of new Set([...Object.keys(began), ...Object.keys(config)])) {
    if (mayChange.has(name) || isDeepStrictEqual(began[name], config[name])) continue;
    const [wanted, got] = [began[name], config[name]].map((value) => JSON.stringify(value) ?? 'nothing');
    throw new Error(
      `openRun: ${file}: ${name}: found ${got}, wanted ${wanted}, which the run began with; ` +
        'another run needs another folder',
    );
  }
}
