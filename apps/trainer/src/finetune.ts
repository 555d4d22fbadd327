import { train, type TrainState } from '@dppo/agent';

import { adviser, shareOutside } from './advice.ts';
import { startBackend } from './backend.ts';
import { enough } from './early-stopping.ts';
import { environmentFor } from './environment.ts';
import { evaluator } from './evaluator.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { beforeAndAfter, describeIteration, iterationName } from './finetune-report.ts';
import { newRun, resumedRun, saveRun } from './finetune-run.ts';
import { appendMetrics } from './run-folder.ts';
import { stopOnSignals } from './stop-signal.ts';
import { trainOptions } from './train-options.ts';

/** `dppo finetune`: evaluates, trains with DPPO, evaluates again; all that it makes lands in a run folder. */
export async function finetune(options: FinetuneOptions, say: (line: string) => void): Promise<void> {
  say(await startBackend(options.backend));
  const { resume, nEnvs: count, workers, iterations } = options;
  const run = resume === undefined ? await newRun(options) : await resumedRun(resume, options, say);
  const { folder, spec, agent, start } = run;
  say(`run folder ${folder.dir}`);

  const env = await environmentFor(spec, { count, workers });
  const tests = await evaluator(run, options, say);
  const stop = stopOnSignals(say);
  const { signal } = stop;
  const began = performance.now() - run.seconds * 1000;
  const elapsed = (): number => (performance.now() - began) / 1000;
  const advice = adviser(options);
  let latest = start;

  /** Evaluates and saves where that is due; says whether the run is over. */
  const isOver = async (state: TrainState): Promise<boolean> => {
    const { iteration } = state;
    const last = iteration >= iterations || noTimeLeft(elapsed(), iteration, options);
    const evaluated = tests.evaluations.some((other) => other.iteration === iteration);
    if (!evaluated && (last || iteration % options.evalEvery === 0)) await tests.evaluate(state, signal);
    const reason = enough(tests.evaluations, options);
    if (reason !== undefined) say(reason);
    const over = last || reason !== undefined;
    if (over || iteration % options.saveEvery === 0) await saveRun(run, state, elapsed());
    return over;
  };

  try {
    const { actSteps } = spec;
    const training = train(agent, env, start, trainOptions(options, { actSteps, signal }));
    for (let over = await isOver(start); !over; over = await isOver(latest)) {
      const { state, metrics, rollout } = (await training.next()).value;
      latest = state;
      const { iteration } = state;
      const all = { ...metrics, 'rollout/obs_outside': shareOutside(rollout.obs) };
      await appendMetrics(folder, { iteration, 'time/seconds': elapsed(), ...all });
      say(`${iterationName(iteration)}: ${describeIteration(metrics)}, ${elapsed().toFixed(0)} s`);
      for (const sentence of advice(all)) say(`  ${sentence}`);
    }
    say(beforeAndAfter(tests.evaluations, folder.dir));
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    await saveRun(run, latest, elapsed());
    say(`stopped after iteration ${latest.iteration}; to go on: dppo finetune --resume ${folder.dir}`);
  } finally {
    stop.release();
    await Promise.all([env.close(), tests.close()]);
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
