import { compiled, diffusionPolicy, evaluate, ppo, type PpoState, train } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { multiStep, timeLimit, vectorize, type Env } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { evaluationMetrics, openRun, serveDashboard } from '@dppo/trainer';

import { puck } from '../../custom-env/src/puck.ts';

const sizes = { obsDim: 4, actionDim: 2, horizonSteps: 4, hidden: [64, 64, 64] };
const seed = 7;
const chosen = { gamma: 0.95, clipPlossCoef: 0.1, batchSize: 500, microBatchSize: 500, maxGradNorm: 1 };
/** Iterations between two evaluations, each with a saved state, from where the training goes on exactly. */
const every = 5;

/** Episodes of 80 steps, taken four at a time. */
const chunked = (): Env => multiStep(timeLimit(puck(), 80), { actSteps: 4 });

/** Trains a policy for the puck and leaves all of it in the folder `dir`; once more, it goes on from what is there. */
export async function learn(
  dir: string,
  { iterations, count, say }: { iterations: number; count: number; say: (line: string) => void },
): Promise<void> {
  const [env, evalEnv] = [vectorize(chunked, count), vectorize(chunked, count)];
  const network = denoiserMlp(sizes);
  const sampler = tableSampler(ddpmSteps(cosineSchedule(5)));
  const policy = diffusionPolicy({ ...sizes, network, frozen: network.init(1), sampler, minStd: 0.2 });
  const options = { ...chosen, targetKl: Infinity, actorLr: () => 1e-3 };
  const algorithm = ppo({ policy, critic: valueMlp(sizes), compile }, options);
  const best = compiled(policy, compile);

  const config = { environment: 'puck', seed, iterations, count, ...sizes, ...chosen };
  const run = await openRun(dir, { config, start: algorithm.init(seed) });
  const dashboard = await serveDashboard(dir);
  say(`dashboard ${dashboard.url}`);
  const test = async (state: PpoState): Promise<void> => {
    const metrics = evaluationMetrics(await evaluate(best, state.actor, evalEnv, { seed: 1000 }));
    say(`iteration ${state.iteration}: return ${metrics['eval/mean_reward'].toFixed(1)}`);
    await run.log(state, metrics);
  };

  let state = run.start;
  if (state.iteration === 0) await test(state);
  const training = train(algorithm, env, { seed, steps: 20, start: state, resetEvery: every });
  while (state.iteration < iterations) {
    const iterated = (await training.next()).value;
    state = iterated.state;
    await run.log(state, iterated.metrics);
    if (state.iteration % every > 0) continue;
    await test(state);
    await run.save(state);
  }
  await run.finish();
  await dashboard.close();
}
