import { type PpoState, train } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { writePolicy } from '@dppo/policy';

import { gaussianPpo } from '../algorithms/gaussian-ppo.ts';
import { startThreads } from '../backend.ts';
import { adviceOnStd } from '../finetune/advice.ts';
import { stopwatch } from '../finetune/stopwatch.ts';
import { type Live, noLive } from '../output/live.ts';
import { average } from '../runs/average.ts';
import { fileIn } from '../runs/run-folder.ts';
import { untilStopped } from '../runs/stoppable.ts';
import { written } from '../runs/written.ts';
import { environmentFor } from '../tasks/environment.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import { saveEveryOf } from './check-expert.ts';
import type { ExpertOptions } from './expert-options.ts';
import { openStage, type StageRun } from './stage-run.ts';

/** How many of the latest episodes say how good the expert is. */
const RECENT = 100;

/** What is learned, and how good it is. */
type ExpertState = PpoState & {
  /** Returns of the latest episodes. */
  readonly recent: readonly number[];
  /** After which iteration their mean was best, 0 before there were enough of them. */
  readonly best: { readonly iteration: number; readonly return: number };
};

/** `dppo expert`: trains a Gaussian policy with PPO from scratch, in a run folder, until it is as good as asked. */
export async function expert(
  given: ExpertOptions,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  const options = await startThreads(given, say);
  const { seed, steps, targetReturn, maxEnvSteps, nEnvs: count, workers, out } = options;
  const resetEvery = saveEveryOf(options);
  const spec = await specOf(options);
  const algorithm = gaussianPpo(spec, options, compile);
  const isDone = ({ recent }: ExpertState): boolean =>
    recent.length >= RECENT && average(recent) >= targetReturn;
  const run = await openStage<ExpertState>(
    {
      command: 'expert',
      options,
      spec,
      fresh: { ...algorithm.init(seed), recent: [], best: { iteration: 0, return: 0 } },
      counters: ({ iteration, envSteps }) => ({ iteration, envSteps }),
      isDone,
    },
    say,
  );
  if (run === undefined) return;
  let state = run.start;
  const save = (): Promise<void> => run.keep(state);
  const best = fileIn(run.folder, 'best.safetensors');
  await untilStopped({ command: 'expert', ...run, save }, say, async (signal) => {
    const watch = stopwatch(
      await environmentFor(spec, { count, workers, envTimeout: options.envTimeout }),
      () => {},
    );
    try {
      const { recent: _, best: __, ...start } = state;
      const training = train(algorithm, watch.env, { seed, steps, start, resetEvery, signal });
      for (;;) {
        if (isDone(state)) {
          await run.finish(state);
          const reached = `${describe(state)} after ${state.envSteps} env steps`;
          say(`wrote ${out}: ${reached}`);
          return reached;
        }
        if (state.envSteps >= maxEnvSteps) throw new Error(tooBad(run, state, options));
        if (state.iteration % resetEvery === 0) await save();
        watch.start();
        const { rollout, metrics, ...next } = (await training.next()).value;
        const recent = [...state.recent, ...rollout.episodes.map((episode) => episode.return)].slice(-RECENT);
        state = { ...next.state, recent, best: state.best };
        const { iteration, envSteps } = state;
        await run.log({
          ...metrics,
          ...watch.phases(),
          iteration,
          'time/env_steps': envSteps,
        });
        if (recent.length === RECENT && !(average(recent) <= state.best.return && state.best.iteration > 0)) {
          state = { ...state, best: { iteration, return: average(recent) } };
          run.folder.check();
          await written(best, writePolicy(best, { spec, params: state.actor }));
        }
        const text = `${describe(state)} of ${targetReturn}`;
        progress({ done: envSteps, total: maxEnvSteps, unit: 'env steps', text });
        if (iteration % 20 === 0) {
          say(`${envSteps} env steps: ${describe(state)} of the last ${RECENT} episodes`);
          for (const sentence of adviceOnStd(metrics['train/entropy'])) say(`  ${sentence}`);
        }
      }
    } finally {
      await watch.env.close();
    }
  });
}

async function specOf({ environment, envTimeout, hidden, fixedStd, maxEpisodeSteps }: ExpertOptions) {
  const place = taskNamed(environment);
  const { obsDim, actionDim, bounds } = await taskOf(place, envTimeout);
  const sizes = { obsDim, actionDim, condSteps: 1, horizonSteps: 1 };
  return {
    network: { kind: 'gaussian', ...sizes, hidden, activation: 'tanh', residual: false, fixedStd },
    sampler: { kind: 'gaussian', clipNoise: 3 },
    bounds,
    task: { ...place, actSteps: 1, maxEpisodeSteps },
  } as const;
}

function describe({ recent }: ExpertState): string {
  return `mean return ${average(recent).toFixed(0)}`;
}

/** What to do with an expert that did not become as good as asked. */
function tooBad(
  { folder }: StageRun<ExpertState>,
  state: ExpertState,
  { targetReturn, maxEnvSteps }: ExpertOptions,
): string {
  const { recent, best, envSteps } = state;
  const kept =
    best.iteration === 0
      ? fileIn(folder, 'last.safetensors')
      : `${fileIn(folder, 'best.safetensors')}, of mean return ${best.return.toFixed(0)}`;
  return (
    `expert: ${describe(state)} of ${recent.length} episodes after ${envSteps} env steps, wanted ${targetReturn} of ${RECENT}; ` +
    `the policy is kept as ${kept}; to go on: dppo expert --resume ${folder.dir} --max-env-steps ${2 * maxEnvSteps}`
  );
}
