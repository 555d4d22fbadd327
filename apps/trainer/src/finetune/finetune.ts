import { train, type TrainState } from '@dppo/agent';

import { startBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { environmentFor } from '../policy/environment.ts';
import { openDashboard } from '../report/dashboard.ts';
import { writeReport } from '../report/report.ts';
import { metricsLog } from '../run-folder/metrics-log.ts';
import { adviser, shareOutside } from './advice.ts';
import { enough } from './early-stopping.ts';
import { evaluator } from './evaluator.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { beforeAndAfter, describeIteration, iterationName } from './finetune-report.ts';
import { newRun, resumedRun, saveRun } from './finetune-run.ts';
import { keepBest } from './keep-best.ts';
import { stopOnSignals } from './stop-signal.ts';
import { stopwatch } from './stopwatch.ts';
import { trainOptions } from './train-options.ts';
import { trainingView } from './training-view.ts';

/** `dppo finetune`: evaluates, trains with DPPO, evaluates again; all that it makes lands in a run folder. */
export async function finetune(
  options: FinetuneOptions,
  say: (line: string) => void,
  live: Live = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const dashboard = await openDashboard(options, say);
  const { resume, nEnvs: count, workers, iterations } = options;
  const run = resume === undefined ? await newRun(options) : await resumedRun(resume, options, say);
  const { folder, spec, agent, start } = run;
  say(`run folder ${folder.dir}`);
  dashboard.show(folder);

  const log = metricsLog(folder, resume === undefined ? undefined : start.envSteps, live.row);
  const began = performance.now() - run.seconds * 1000;
  const elapsed = (): number => (performance.now() - began) / 1000;
  const view = trainingView(live, options, elapsed, start.iteration);
  const watch = stopwatch(await environmentFor(spec, { count, workers }), view.stepped);
  const tests = await evaluator(run, options, { say, log });
  const stop = stopOnSignals(say);
  const { signal } = stop;
  const advice = adviser(options);
  let latest = start;

  /** Evaluates and saves where that is due; says whether the run is over. */
  const isOver = async (state: TrainState): Promise<boolean> => {
    const { iteration } = state;
    const last = iteration >= iterations || noTimeLeft(elapsed(), iteration, options);
    const evaluated = tests.evaluations.some((other) => other.iteration === iteration);
    if (!evaluated && (last || iteration % options.evalEvery === 0)) {
      view.show('evaluating');
      await tests.evaluate(state, signal);
      await dashboard.film({ spec, actor: state.actor, frozen: run.frozen });
    }
    const reason = enough(tests.evaluations, options);
    if (reason !== undefined) say(reason);
    const over = last || reason !== undefined;
    if (over || iteration % options.saveEvery === 0) {
      await saveRun(run, state, elapsed());
      if (options.keep !== undefined) await keepBest(folder, tests.evaluations, options.keep);
    }
    return over;
  };

  try {
    const { actSteps } = spec;
    const training = train(agent, watch.env, start, trainOptions(options, { actSteps, signal }));
    for (let over = await isOver(start); !over; over = await isOver(latest)) {
      watch.start();
      const { state, metrics, rollout } = (await training.next()).value;
      latest = state;
      const { iteration } = state;
      const all = { ...metrics, ...watch.phases(), 'rollout/obs_outside': shareOutside(rollout.obs) };
      const row = { iteration, 'time/env_steps': state.envSteps, 'time/seconds': elapsed(), ...all };
      await log(row);
      view.finished(row);
      say(`${iterationName(iteration)}: ${describeIteration(all)}, ${elapsed().toFixed(0)} s`);
      for (const sentence of advice(all)) say(`  ${sentence}`);
    }
    await writeReport(folder, options.seed);
    say(beforeAndAfter(tests.evaluations, folder.dir));
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    await saveRun(run, latest, elapsed());
    await writeReport(folder, options.seed);
    say(`stopped after iteration ${latest.iteration}; to go on: dppo finetune --resume ${folder.dir}`);
  } finally {
    stop.release();
    await Promise.all([watch.env.close(), tests.close(), dashboard.close()]);
  }
}

/** Whether one more iteration, as long as the average one, would end past the limit. */
function noTimeLeft(
  seconds: number,
  iterations: number,
  { maxMinutes = Infinity }: FinetuneOptions,
): boolean {
  return iterations > 0 && seconds + seconds / iterations > maxMinutes * 60;
}
