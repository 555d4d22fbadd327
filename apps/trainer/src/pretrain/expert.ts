import { train } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { writePolicy } from '@dppo/policy';

import { gaussianPpo } from '../algorithms/gaussian-ppo.ts';
import { startBackend } from '../backend.ts';
import { adviceOnStd } from '../finetune/advice.ts';
import { type Live, noLive } from '../output/live.ts';
import { average } from '../runs/evaluation.ts';
import { environmentFor } from '../tasks/environment.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import type { ExpertOptions } from './expert-options.ts';

/** How many of the latest episodes say how good the expert is. */
const RECENT = 100;

/** `dppo expert`: trains a Gaussian policy with PPO from scratch until it is as good as asked. */
export async function expert(
  options: ExpertOptions,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const place = taskNamed(options.environment);
  const { obsDim, actionDim, bounds } = await taskOf(place);
  const { hidden, fixedStd, maxEpisodeSteps } = options;
  const sizes = { obsDim, actionDim, condSteps: 1, horizonSteps: 1 };
  const spec = {
    network: { kind: 'gaussian', ...sizes, hidden, activation: 'tanh', residual: false, fixedStd },
    sampler: { kind: 'gaussian', clipNoise: 3 },
    bounds,
    task: { ...place, actSteps: 1, maxEpisodeSteps },
  } as const;
  const algorithm = gaussianPpo(spec, options, compile);
  const env = await environmentFor(spec, { count: options.nEnvs, workers: options.workers });
  const returns: number[] = [];
  try {
    const { seed, steps } = options;
    for await (const { state, rollout, metrics } of train(algorithm, env, { seed, steps })) {
      returns.push(...rollout.episodes.map((episode) => episode.return));
      const recent = average(returns.slice(-RECENT));
      const text = `mean return ${recent.toFixed(0)} of ${options.targetReturn}`;
      progress({ done: state.envSteps, total: options.maxEnvSteps, unit: 'env steps', text });
      if (state.iteration % 20 === 0) {
        say(`${state.envSteps} env steps: mean return ${recent.toFixed(0)} of the last ${RECENT} episodes`);
        for (const sentence of adviceOnStd(metrics['train/entropy'])) say(`  ${sentence}`);
      }
      if (returns.length >= RECENT && recent >= options.targetReturn) {
        await writePolicy(options.out, { spec, params: state.actor });
        say(`wrote ${options.out}: mean return ${recent.toFixed(0)} after ${state.envSteps} env steps`);
        return;
      }
      if (state.envSteps >= options.maxEnvSteps) {
        throw new Error(
          `expert: mean return ${recent.toFixed(0)} of ${Math.min(returns.length, RECENT)} episodes after ${state.envSteps} env steps, wanted ${options.targetReturn} of ${RECENT}; nothing was written`,
        );
      }
    }
  } finally {
    await env.close();
  }
}
