import { availableParallelism } from 'node:os';

import { ofCluster } from '../cluster/cluster-options.ts';
import type { Joined } from '../cluster/joined.ts';
import { type Live, noLive } from '../output/live.ts';
import { wholePaths } from '../options/option-layers.ts';
import { beginStretch } from '../runs/history.ts';
import { machineOf } from '../runs/machine.ts';
import { createRunFolder, type OpenFolder, openFolder, orClosed } from '../runs/open-folder.ts';
import { writeConfig } from '../runs/run-folder.ts';
import { saidFinished, untilStopped } from '../runs/stoppable.ts';
import type { CheckedSweep } from './check-sweep.ts';
import { childJobs, logOf } from './child-job.ts';
import { clusterJobs } from './cluster-jobs.ts';
import { type Job, type JobEnd, jobsOf } from './job.ts';
import type { Configuration, Plan } from './plan.ts';
import { describePoint } from './point.ts';
import { runStages, type StagesEnd, type StagesHeard } from './run-stages.ts';
import { recordOf } from './standing.ts';
import type { SweepOptions } from './sweep-options.ts';
import { rowsTable, writeResults } from './write-results.ts';

/**
 * `dppo sweep`: fine-tunes by each configuration with each seed, some jobs at a time, and says in the end what they came to.
 *
 * @param program - what Node.js is called with to be the command
 */
export async function sweep(
  { options, plan }: CheckedSweep,
  program: readonly string[],
  say: (line: string) => void,
  live: Live = noLive,
): Promise<void> {
  const folder = await openSweep(options, say);
  if (folder === undefined) return;
  await untilStopped({ command: 'sweep', folder }, say, async (signal) => {
    const { seeds, threads } = options;
    const jobs = jobsOf(plan, seeds, folder.dir);
    const most = options.cluster === undefined ? Math.floor(availableParallelism() / threads) : WAITING;
    const { jobs: asked = most } = options;
    const width = Math.max(1, Math.min(asked, jobs.length));
    say(
      `${counted(jobs.length, 'job')}: ${counted(plan.configurations.length, 'configuration')} with ${counted(seeds.length, 'seed')}; ${width} at a time, ${counted(threads, 'thread')} of TensorFlow each`,
    );
    const heard = hearing(jobs.length, say, live);
    const end =
      options.cluster === undefined
        ? await runStages(plan, jobs, { run: childJobs({ program, threads }), width, signal, heard })
        : await onCluster(plan, options, say, ({ cluster, waiting }) => {
            const run = clusterJobs(cluster, { threads, seconds: STRETCH });
            return waiting(runStages(plan, jobs, { run, width, signal, heard }));
          });
    const rows = await writeResults(folder, { plan, jobs, end }, say);
    for (const row of rows) live.row(row);
    if (end.failed.size > 0) {
      const [[first, why]] = end.failed;
      say(rowsTable(rows));
      throw new Error(
        `${end.failed.size} of ${counted(jobs.length, 'job')} failed, such as ${first.name}: ${why}; its words are in ${logOf(first)}; to try again: dppo sweep --resume ${folder.dir}`,
      );
    }
    say(`wrote results.csv, results.jsonl and curves.svg to ${folder.dir}`);
    say(rowsTable(rows));
    return `${counted(jobs.length, 'job')}, ${counted(end.stopped.size, 'configuration')} stopped as hopeless`;
  });
}

/** Jobs that workers are asked for at a time: so many folders may be on their way. */
const WAITING = 64;
/** s after which a worker gives back the folder of a job: what is lost with it; more often, and programs begin more often. */
const STRETCH = 600;

async function onCluster(
  plan: Plan,
  options: SweepOptions,
  say: (line: string) => void,
  work: (joined: Joined) => Promise<StagesEnd>,
): Promise<StagesEnd> {
  const { sweepOn } = await import('./sweep-on.ts');
  const joined = await sweepOn(plan, options, say);
  try {
    return await work(joined);
  } finally {
    await joined.close();
  }
}

/** Opens the folder of a sweep, a new one or the one that the options go on with; undefined where that has finished. */
async function openSweep(
  options: SweepOptions,
  say: (line: string) => void,
): Promise<OpenFolder | undefined> {
  const { runDir, resume, autoResume: patient = false } = options;
  const folder = await (resume === undefined
    ? createRunFolder(runDir, 'sweep', { say, patient })
    : openFolder(resume, { say, patient, check: () => {} }));
  say(`sweep folder ${folder.dir}`);
  if (saidFinished(folder, say)) return undefined;
  return orClosed(folder, async () => {
    const config = {
      ...wholePaths(options, '.'),
      runDir: undefined,
      resume: undefined,
      autoResume: undefined,
      // Whoever computes it, it is the same sweep.
      ...Object.fromEntries(ofCluster.map((name) => [name, undefined])),
    };
    await writeConfig(folder, config);
    await beginStretch(folder.dir, machineOf('jobs'), say);
    return folder;
  });
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

/** Says what happens, a line for each event. */
function hearing(total: number, say: (line: string) => void, { progress, row }: Live): StagesHeard {
  const done = new Set<Job>();
  const told = (job: Job, event: string, text: string): void => {
    say(`${job.name}: ${text}`);
    row({ job: job.name, event });
    progress({ done: done.size, total, unit: 'jobs', text: `${job.name}: ${event}` });
  };
  return {
    begun: (job, iterations) => {
      const about = describePoint(job.configuration.point);
      const verb = recordOf(job) === undefined ? 'begins' : 'goes on';
      told(job, verb, `${verb}, to iteration ${iterations}${about === '' ? '' : `; ${about}`}`);
    },
    ended: (job, { state, why }: JobEnd) => {
      done.add(job);
      told(job, state, state === 'finished' ? standingIn(job) : `${state}: ${why}`);
    },
    skipped: (job) => {
      done.add(job);
      told(job, 'done before', `done before: ${standingIn(job)}`);
    },
    judged: (stopped, going) => {
      say(`${named(going)}: ${going.length === 1 ? 'goes' : 'go'} on; hopeless: ${named(stopped)}`);
      row({
        event: 'judged',
        going: going.map(({ number }) => number),
        stopped: stopped.map(({ number }) => number),
      });
    },
  };
}

function named(configurations: readonly Configuration[]): string {
  const numbers = configurations.map(({ number }) => number);
  if (numbers.length === 0) return 'no configuration';
  return `${numbers.length === 1 ? 'configuration' : 'configurations'} ${numbers.join(', ')}`;
}

/** How far a job is, by its latest evaluation. */
function standingIn(job: Job): string {
  const at = recordOf(job)?.evaluations.at(-1);
  if (at === undefined) return 'not evaluated';
  return `iteration ${at.iteration}, ${at.envSteps} env steps, return ${at.mean.toPrecision(4)}`;
}
