import { type Compute, type Digest, digestOf, type Task } from '@dppo/cluster';

import { startThreads } from '../backend.ts';
import { program } from '../runs/program.ts';
import { jobHere } from '../sweep/job-here.ts';
import { parseDescription } from './description.ts';
import { orDiverged } from './diverged.ts';
import { evaluation } from './evaluation-task.ts';
import { specHere } from './own-task.ts';
import type { Trained } from './gradient-part.ts';
import { formatProbed, probe } from './probe.ts';
import { rollout } from './rollout.ts';
import { type RunHere, runHere } from './run-here.ts';

/** How a worker computes. */
export interface ComputeOptions {
  /** of TensorFlow; those of the run where it is not given */
  readonly threads?: number | undefined;
  /** that step environments */
  readonly workers?: number | undefined;
  /** The environment that a run may have beside those that come with dppo. */
  readonly environment?: string | undefined;
}

/** What a worker computes with. */
export interface Computing {
  readonly compute: Compute;
  /** Ends what is kept between tasks. */
  readonly close: () => Promise<void>;
}

/** A task of a run that is here; the first of the shared bytes that a task names describes its run. */
interface Asked {
  readonly run: RunHere;
  readonly data: Uint8Array;
  /** Names of its shared bytes. */
  readonly names: readonly Digest[];
  /** Its shared bytes, by their place. */
  readonly shared: (place: number) => Promise<Uint8Array>;
  readonly signal: AbortSignal;
}

/** The kinds of tasks of a run. */
const kinds: Readonly<Record<string, (asked: Asked) => Promise<Uint8Array>>> = {
  rollout: async ({ run, data, names, shared, signal }) => {
    const { algorithm } = await run.trainingBy(names[1], () => shared(1));
    return rollout(run, algorithm, { actor: await shared(2), data }, signal);
  },
  evaluation: async ({ run, data, names, shared, signal }) =>
    evaluation(run, await run.actingBy(names[1], () => shared(1)), data, signal),
  actor: (asked) => gradient('actor', asked),
  critic: (asked) => gradient('critic', asked),
};

/** The gradient of a part of a minibatch. */
async function gradient(trained: Trained, { run, data, names, shared }: Asked): Promise<Uint8Array> {
  const training = await run.trainingBy(names[1], () => shared(1));
  const update = await run.updateBy(training, `${names[1]} ${names[2]}`, () => shared(2));
  return update.gradient(trained, await shared(3), data);
}

/** Computes tasks of runs of dppo; nothing that it is sent is run. */
export function computing(options: ComputeOptions, say: (line: string) => void): Computing {
  const { workers, environment } = options;
  let here: { readonly name: string; readonly run: Promise<RunHere> } | undefined;

  async function close(): Promise<void> {
    const closing = here?.run;
    here = undefined;
    await closing?.then((run) => run.close());
  }

  async function begin(bytes: Uint8Array): Promise<RunHere> {
    const description = parseDescription(bytes);
    const spec = await specHere(description, environment);
    const { threads = description.threads } = options;
    await startThreads({ backend: description.backend, threads }, say);
    return runHere(description, spec, workers);
  }

  /** The run that bytes describe, which stays until another one comes. */
  async function runBy(bytes: Uint8Array): Promise<RunHere> {
    const name = digestOf(bytes);
    if (here?.name !== name) {
      await close();
      here = { name, run: begin(bytes) };
    }
    return here.run;
  }

  async function compute(
    { kind, shared: names, data }: Task,
    get: (name: string) => Promise<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (kind === 'probe') return formatProbed((await probe(await runBy(data))).probed);
    const shared = (place: number): Promise<Uint8Array> => get(names[place]);
    if (kind === 'job') return jobHere({ data, shared, program: program(), signal });
    const work = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (work === undefined)
      throw new RangeError(`a task ${kind}, wanted probe, job, ${Object.keys(kinds).join(', ')}`);
    const run = await runBy(await shared(0));
    return orDiverged(work({ run, data, names, shared, signal }));
  }

  return { compute, close };
}
