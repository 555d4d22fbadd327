import type { Job, JobEnd, RunJob } from './job.ts';
import type { Configuration, Plan } from './plan.ts';
import { hasReached, returnCurve } from './standing.ts';

/** What hears how a sweep goes. */
export interface StagesHeard {
  readonly begun: (job: Job, iterations: number) => void;
  readonly ended: (job: Job, end: JobEnd) => void;
  /** A job has come so far before. */
  readonly skipped: (job: Job) => void;
  readonly judged: (stopped: readonly Configuration[], going: readonly Configuration[]) => void;
}

/** What became of a sweep. */
export interface StagesEnd {
  /** Configurations that were stopped as hopeless. */
  readonly stopped: ReadonlySet<Configuration>;
  /** Why jobs failed, or were killed. */
  readonly failed: ReadonlyMap<Job, string>;
}

/**
 * Takes all jobs to the next place where their configurations are judged, `width` at a time, and those that go on to the next. What is judged
 * are curves up to that place alone, of all seeds: so it makes no difference in what order jobs ran, how many at a time, and whether the sweep was
 * stopped in between.
 *
 * @throws the signal's reason where it stops the sweep, as soon as no job runs
 */
export async function runStages(
  { configurations, stages, rule }: Plan,
  jobs: readonly Job[],
  {
    run,
    width,
    signal,
    heard,
  }: {
    readonly run: RunJob;
    readonly width: number;
    readonly signal: AbortSignal;
    readonly heard: StagesHeard;
  },
): Promise<StagesEnd> {
  const stopped = new Set<Configuration>();
  const failed = new Map<Job, string>();
  let isWhole = true;
  for (const [at, stage] of stages.entries()) {
    const target = (job: Job): number => stage[job.configuration.number - 1];
    const going = jobs.filter((job) => !stopped.has(job.configuration) && !failed.has(job));
    await sideBySide(going, width, async (job) => {
      if (signal.aborted) return;
      if (hasReached(job, target(job))) return heard.skipped(job);
      heard.begun(job, target(job));
      const end = await run(job, target(job), signal);
      if (end.state !== 'finished') failed.set(job, end.why);
      if (end.state === 'stopped') isWhole = false;
      heard.ended(job, end);
    });
    signal.throwIfAborted();
    // What was killed says nothing of its configuration: the others wait for it.
    if (!isWhole || at === stages.length - 1) break;
    const judged = configurations.filter((each) => !stopped.has(each));
    const goesOn = rule(judged.map((each) => curveOf(each, jobs, stage, failed)));
    for (const [i, each] of judged.entries()) if (!goesOn[i]) stopped.add(each);
    heard.judged(
      judged.filter((_, i) => !goesOn[i]),
      judged.filter((_, i) => goesOn[i]),
    );
  }
  return { stopped, failed };
}

/** Of a configuration one of whose jobs failed there is none: the seeds that are left are no fair sample. */
function curveOf(
  configuration: Configuration,
  jobs: readonly Job[],
  stage: readonly number[],
  failed: ReadonlyMap<Job, string>,
): readonly number[] {
  const own = jobs.filter((job) => job.configuration === configuration);
  return own.some((job) => failed.has(job)) ? [] : returnCurve(own, stage[configuration.number - 1]);
}

async function sideBySide<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const one = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: width }, one));
}
