import { type Counters, DivergenceError, train } from '@dppo/agent';
import { isFlow, learnedEta, type PolicyFile, type SteppedSpec } from '@dppo/policy';

import { startThreads } from '../backend.ts';
import type { Joined } from '../cluster/joined.ts';
import { namedLoggers } from '../loggers/named-loggers.ts';
import { type Live, noLive } from '../output/live.ts';
import { openDashboard } from '../report/dashboard.ts';
import { liveRun } from '../report/live-run.ts';
import { writeReport } from '../report/report.ts';
import { enough } from '../runs/early-stopping.ts';
import { noteStretch } from '../runs/history.ts';
import { keepBest } from '../runs/keep-best.ts';
import { results } from '../runs/results.ts';
import type { LoggedRow } from '../runs/run.ts';
import { STOPPED, stopOnSignals } from '../runs/stop-signal.ts';
import { nameOf } from '../tasks/task-place.ts';
import { algorithmFor } from './algorithm-for.ts';
import { adviser, shareOutside } from './advice.ts';
import { asAsked } from './as-asked.ts';
import { shareClamped } from './clamped.ts';
import { evaluator } from './evaluator.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { beforeAndAfter, describeIteration, iterationName } from './finetune-report.ts';
import { type FinetuneRun, openFinetune, saveRun } from './finetune-run.ts';
import { playerHere, playerOn } from './player.ts';
import { trainingView } from './training-view.ts';
import { wayOn } from './way-on.ts';

/** `dppo finetune`: evaluates, trains with DPPO, evaluates again; all that it makes lands in a run folder. */
export async function finetune(
  given: FinetuneOptions,
  say: (line: string) => void,
  live: Live = noLive,
): Promise<void> {
  const loggers = await namedLoggers(given.logger);
  const options = await startThreads(given, say);
  const dashboard = await openDashboard(options, say);
  let joined: Joined | undefined;
  const before = async (spec: SteppedSpec, settled: FinetuneOptions): Promise<void> => {
    if (settled.cluster === undefined) return;
    const { finetuneOn } = await import('../cluster/finetune-on.ts');
    joined = await finetuneOn(spec, settled.cluster, { training: settled, say });
  };
  try {
    const run = await openFinetune(options, { say, loggers, before });
    try {
      say(`run folder ${run.folder.dir}`);
      if ('finished' in run) {
        // The page about it may be what was missing.
        await writeReport(run.folder, options.seed);
        process.exitCode = 0;
        return say(`finished already: ${run.finished}`);
      }
      dashboard.show(run.folder);
      await goOn(run, options, { say, live, film: (policy) => dashboard.film(policy), joined });
    } finally {
      await run.close();
    }
  } finally {
    await Promise.all([dashboard.close(), joined?.close()]);
  }
}

/** Trains until the end that was asked for, or another. */
async function goOn(
  run: FinetuneRun,
  options: FinetuneOptions,
  to: {
    readonly say: (line: string) => void;
    readonly live: Live;
    readonly film: (policy: PolicyFile) => void;
    readonly joined: Joined | undefined;
  },
): Promise<void> {
  const { folder, spec } = run;
  const { say, live, film, joined } = to;
  const elapsed = run.seconds;
  const log = async (metrics: LoggedRow): Promise<LoggedRow> => {
    const row = await run.log(metrics);
    live.row(row);
    return row;
  };
  const view = trainingView(live, options, elapsed, run.start.iteration);
  const { stepped } = view;
  const player = joined
    ? playerOn(run, options, { joined, stepped })
    : await playerHere(run, options, stepped);
  const { isSavable, shards } = player;
  if (!isSavable && !options.resetAtIteration)
    say(
      `environment ${nameOf(spec.task)} has no save and restore: all episodes begin anew after each checkpoint`,
    );
  const tests = await evaluator(run, options, {
    say,
    log,
    begin: () => view.show('evaluating'),
    film,
  });
  const stop = stopOnSignals(say);
  const { signal } = stop;
  const advice = adviser(options, isFlow(spec) ? undefined : learnedEta(spec.sampler));
  let { start: state, standing } = run;
  // One whose metrics are written as well.
  let whole = state;

  try {
    const training = train(await algorithmFor(run, options, joined), player.env, {
      seed: options.seed,
      steps: options.steps,
      ...(shards !== undefined && { shards }),
      start: state,
      standing: isSavable ? standing : undefined,
      resetEvery: resetEveryOf(isSavable, options),
      signal,
    });
    for (;;) {
      const asked = asAsked(state.iteration, elapsed(), options);
      if (asked !== undefined || state.iteration === 0) await tests.evaluate(state, signal);
      else if (state.iteration % options.evalEvery === 0) await tests.glance(state, signal);
      // A few episodes may be lucky or unlucky.
      if (enough(tests.evaluations, options) !== undefined) await tests.evaluate(state, signal);
      const reason = enough(tests.evaluations, options) ?? asked;
      if (reason !== undefined || state.iteration % options.saveEvery === 0) {
        await saveRun(run, { state, standing });
        if (options.keep !== undefined) await keepBest(folder, tests.evaluations, options.keep);
      }
      if (reason !== undefined) {
        await tests.report(state, signal);
        await run.end({ state: 'finished', why: reason });
        process.exitCode = 0;
        say(`finished: ${reason}`);
        break;
      }

      player.start();
      const iterated = (await training.next()).value;
      ({ state, standing } = iterated);
      const { iteration, envSteps } = state;
      const { table } = iterated.rollout;
      const metrics = {
        ...iterated.metrics,
        ...player.phases(),
        'rollout/obs_outside': shareOutside(table['obs.state'].data),
        ...(isFlow(spec) && { 'rollout/log_prob_clamped': shareClamped(table['logProb'].data, options) }),
      };
      const row = await log({ iteration, 'time/env_steps': envSteps, ...metrics });
      whole = state;
      if (joined) await noteStretch(folder.dir, joined.others);
      view.finished(row);
      say(`${iterationName(iteration)}: ${describeIteration(metrics)}, ${elapsed().toFixed(0)} s`);
      for (const sentence of advice(metrics)) say(`  ${sentence}`);
    }
    await report(run, state, options.seed);
    const came = results(liveRun(folder.dir).read());
    if (came !== undefined) say(beforeAndAfter(came, folder.dir));
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) {
      const why = error instanceof Error ? error.message : String(error);
      // Where that cannot be written either, the first error says more.
      if (whole === state) await saveRun(run, { state, standing }).catch(() => {});
      await run.end({ state: 'failed', why }).catch(() => {});
      if (!(error instanceof DivergenceError)) throw error;
      const command = wayOn(folder, state.iteration, options);
      throw new Error(`${why}; to go on from before, at lower rates: ${command}`, { cause: error });
    }
    await saveRun(run, { state, standing });
    await run.end({ state: 'stopped', why: signal.reason.message });
    await report(run, state, options.seed);
    process.exitCode = STOPPED;
    say(`stopped after iteration ${state.iteration}; to go on: dppo finetune --resume ${folder.dir}`);
  } finally {
    stop.release();
    await Promise.all([player.close(), tests.close()]);
  }
}

/** Where environments cannot be saved, their episodes begin anew where a run can be gone on with: so it makes no difference whether it was. */
function resetEveryOf(isSavable: boolean, { resetAtIteration, saveEvery }: FinetuneOptions): number {
  if (resetAtIteration) return 1;
  return isSavable ? Infinity : saveEvery;
}

/** Writes the page about a run, whose film its loggers are told too. */
async function report(run: FinetuneRun, { envSteps }: Counters, seed: number): Promise<void> {
  const { film } = await writeReport(run.folder, seed);
  if (film === undefined) return;
  const { gif: bytes, width, height } = film;
  await run.tell.image('film', { type: 'image/gif', bytes, width, height }, envSteps);
}
