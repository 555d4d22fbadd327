import { existsSync } from 'node:fs';

import type { Counters } from '@dppo/agent';
import type { Tree } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { stringify } from 'yaml';

import { jsonl } from '../loggers/jsonl.ts';
import type { OpenLogger } from '../loggers/logger.ts';
import { type Loggers, openApart, together } from '../loggers/open-loggers.ts';
import { tensorboard } from '../loggers/tensorboard.ts';
import { clock, type Taken } from './clock.ts';
import { beginStretch, type Ending, endStretch } from './history.ts';
import { machineOf } from './machine.ts';
import type { OpenFolder } from './open-folder.ts';
import { configOf, nameOfRun } from './recorded-run.ts';
import { fileIn } from './run-folder.ts';
import { writeState } from './saved-state.ts';
import { written } from './written.ts';

/** A row of metrics: where the run stands, and numbers by name. */
export interface LoggedRow {
  readonly iteration: number;
  readonly [name: string]: number;
}

/** A run that is under way: what writes to its folder. */
export interface RunUnderWay {
  readonly folder: OpenFolder;
  /** What it has taken so far by the clock, all stretches together. */
  readonly seconds: () => number;
  /** Tells its loggers a row, with what the run has taken so far; gives it back. */
  log(row: LoggedRow): Promise<LoggedRow>;
  /** Tells its loggers anything else. */
  readonly tell: Pick<Loggers, 'text' | 'image' | 'file'>;
  /** Writes a state to a file of this name. */
  save(
    name: string,
    state: { readonly [name: string]: Tree },
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Writes into history.yaml how it ended. */
  end(ending: Ending): Promise<void>;
  /** Hands its files to its loggers, closes these and then its folder; harmless when called again. */
  close(): Promise<void>;
}

/** What it leaves that others may want. */
const results = [
  'config.yaml',
  'history.yaml',
  'metrics.jsonl',
  'learning-curve.svg',
  'report.html',
  'best.safetensors',
];

/** Where a run goes on. */
export type Saved = Counters & Taken;

/** Where a run goes on that ended before its first checkpoint. */
export const beforeFirst: Saved = { iteration: -1, envSteps: -1, seconds: 0, cpuSeconds: 0 };

/**
 * Begins a run in a folder that has its config, or goes on `from` a state: drops the metrics of later iterations, and tells which were
 * unreadable. Its loggers are metrics.jsonl, a file for TensorBoard and others that are given. What writes throws where another process
 * has taken the folder over.
 */
export async function beginRun(
  folder: OpenFolder,
  from: Saved | undefined,
  {
    say,
    loggers = [],
  }: { readonly say: (line: string) => void; readonly loggers?: readonly OpenLogger[] | undefined },
): Promise<RunUnderWay> {
  const { dir } = folder;
  const about = {
    dir,
    name: nameOfRun(dir),
    config: configOf(dir),
    from: from && { iteration: from.iteration, step: from.envSteps },
    say,
  };
  // Where one of them cannot begin, nothing is dropped.
  const others = await openApart(about, loggers);
  await beginStretch(dir, machineOf(tf.getBackend()), say);
  const all = together([await jsonl(about), tensorboard(about), ...others]);
  const taken = clock(from);
  let ending: Ending = { state: 'stopped', why: 'closed before its end' };
  let isOpen = true;
  await all.text('config', inYaml(about.config), Math.max(0, from?.envSteps ?? 0));
  return {
    folder,
    seconds: () => taken().seconds,
    log: async (numbers) => {
      folder.check();
      const { seconds, cpuSeconds } = taken();
      const row: LoggedRow = { ...numbers, 'time/seconds': seconds, 'time/cpu_seconds': cpuSeconds };
      const { iteration, ...values } = row;
      const step = 'time/env_steps' in row ? row['time/env_steps'] : iteration;
      await all.scalars([{ iteration, step, time: Date.now(), values }]);
      return row;
    },
    tell: all,
    save: async (name, state, metadata) => {
      folder.check();
      const file = fileIn(folder, name);
      await written(file, writeState(file, state, { ...taken(), backend: tf.getBackend() }, metadata));
    },
    end: async (how) => {
      ending = how;
      folder.check();
      await endStretch(dir, how);
    },
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      if (!isHeld(folder)) return;
      const files = results.map((name) => fileIn(folder, name)).filter((file) => existsSync(file));
      for (const file of files) await all.file(file);
      await all.close(ending);
      folder.close();
    },
  };
}

/** False where another process has taken a folder over: what it is told of the run is the other's. */
function isHeld(folder: OpenFolder): boolean {
  try {
    folder.check();
    return true;
  } catch {
    return false;
  }
}

/** As a block of Markdown. */
function inYaml(config: object): string {
  return `\`\`\`yaml\n${stringify(config)}\`\`\`\n`;
}
