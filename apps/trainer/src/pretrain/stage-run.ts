import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import type { Counters } from '@dppo/agent';
import { release, type Tree } from '@dppo/optim';
import {
  formatSpec,
  isDiffusion,
  isFlow,
  parseSpec,
  type PolicySpec,
  relativeTo,
  writePolicy,
} from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { namedLoggers } from '../loggers/named-loggers.ts';
import { wholePaths } from '../options/option-layers.ts';
import { wholeNetwork } from '../policy/whole-network.ts';
import { checkOut } from '../runs/check-out.ts';
import { createRunFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { fileIn, writeConfig } from '../runs/run-folder.ts';
import { saidFinished } from '../runs/stoppable.ts';
import { beforeFirst, beginRun, type RunUnderWay } from '../runs/run.ts';
import { readState, tellBackend } from '../runs/saved-state.ts';

/** A training that makes a policy from nothing: pre-training, or an expert's. */
export interface Stage<State> {
  readonly command: string;
  readonly options: {
    readonly out: string;
    readonly runDir?: string | undefined;
    readonly resume?: string | undefined;
    readonly autoResume?: boolean | undefined;
    readonly logger: readonly string[];
  };
  readonly spec: PolicySpec;
  /** The state before the first step, which becomes the run's. */
  readonly fresh: State;
  readonly counters: (state: State) => Counters;
  /** Whether the policy is ready to be written. */
  readonly isDone: (state: State) => boolean;
  /** What else has to be the same when the run goes on, by name. */
  readonly about?: Readonly<Record<string, string>>;
}

/** Its run, new or gone on with. */
export interface StageRun<State> extends RunUnderWay {
  readonly start: State;
  /** Writes all that the run needs to go on, which is a policy file as well. */
  keep(state: State): Promise<void>;
  /** Keeps the last state and writes its policy to `out`, unless that was done already. */
  finish(state: State): Promise<void>;
}

/** A state of which `actor` are the weights that one acts with. */
type Acting = { readonly actor: tf.NamedTensorMap; readonly [name: string]: Tree };

/**
 * Makes the folder of a run, or goes on with the run in it; undefined where it has finished and its policy is written.
 *
 * @throws Error, before anything is changed, where a state is damaged or was computed with other options
 */
export async function openStage<State extends Acting>(
  stage: Stage<State>,
  say: (line: string) => void,
): Promise<StageRun<State> | undefined> {
  const { command, options, spec, fresh, about } = stage;
  const { runDir, resume, autoResume: patient = false } = options;
  const loggers = await namedLoggers(options.logger);
  const beginning = { start: fresh, from: undefined, isWritten: false };
  const folder =
    resume === undefined
      ? { ...(await createRunFolder(runDir, command, { say, patient })), found: beginning }
      : await openFolder(resume, { say, patient, check: () => found(resume, stage, say) });
  const { start, from, isWritten } = folder.found;
  if (isWritten && saidFinished(folder, say)) return undefined;
  return orClosed(folder, async () => {
    const kept = { ...options, runDir: undefined, resume: undefined, autoResume: undefined };
    await writeConfig(folder, wholePaths(kept, '.'));
    const run = await beginRun(folder, from, { say, loggers });
    say(`run folder ${folder.dir}`);
    const file = fileIn(folder, last);
    const dppo = formatSpec(relativeTo(file, spec), `checkpoint ${file}`);
    const keep = (state: State): Promise<void> => run.save(last, state, { ...about, dppo });
    return {
      ...run,
      start,
      keep,
      finish: async (state) => {
        await keep(state);
        if (isWritten) return;
        const { out } = options;
        await writePolicy(out, { spec, params: state.actor }).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          throw new Error(
            `--out ${out}: could not be written: ${reason}; the policy is kept as ${file}; to write it: dppo ${command} --resume ${folder.dir}`,
            { cause: error },
          );
        });
        await run.tell.file(out);
      },
    };
  });
}

const last = 'last.safetensors';

/** The run in a folder, as it was saved last. */
async function found<State extends Acting>(dir: string, stage: Stage<State>, say: (line: string) => void) {
  const { fresh, options, counters, isDone } = stage;
  const file = fileIn({ dir }, last);
  if (!existsSync(file)) {
    checkOut(options.out, '--out');
    return { start: fresh, from: beforeFirst, isWritten: false };
  }
  const saved = await readState(file);
  try {
    checkSame(file, saved.metadata, stage);
  } catch (error) {
    release(saved.tensors);
    throw error;
  }
  tellBackend(saved, say);
  const start = saved.stateLike(fresh);
  const isWritten = isDone(start) && existsSync(options.out);
  if (!isWritten) checkOut(options.out, '--out');
  const { seconds, cpuSeconds } = saved;
  return { start, from: { ...counters(start), seconds, cpuSeconds }, isWritten };
}

/** A description in which nothing is left to the maker of a denoiser. */
function wholeSpec(spec: PolicySpec): PolicySpec {
  return isDiffusion(spec) || isFlow(spec) ? { ...spec, network: wholeNetwork(spec.network) } : spec;
}

/** @throws Error naming what the run began with otherwise than the options say now */
function checkSame<State>(
  file: string,
  metadata: Readonly<Record<string, string>>,
  { spec, about = {} }: Stage<State>,
): void {
  const name = `checkpoint ${file}`;
  const [began, now] = [metadata.dppo, formatSpec(relativeTo(file, spec), name)].map((text) =>
    wholeSpec(parseSpec(text, name)),
  );
  const other = isDeepStrictEqual(began, now)
    ? Object.keys(about).find((key) => metadata[key] !== about[key])
    : 'policy';
  if (other !== undefined)
    throw new Error(`${name}: of a run with another ${other} than the options beside it ask for`);
}
