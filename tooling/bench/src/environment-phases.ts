import { train } from '@dppo/agent';
import { type VecEnv, vectorize, workers } from '@dppo/env';

import { samplesOf } from '../../../packages/agent/src/policies/policy.ts';
import hopperChunks from './hopper-env.ts';
import { random } from './inputs.ts';
import { chunks, type Job } from './job.ts';
import { iterationName, type Phase } from './phase.ts';

async function hoppers({ nEnvs: count, workers: threads }: Job): Promise<VecEnv> {
  if (threads !== 0) {
    return workers(new URL('./hopper-env.ts', import.meta.url), {
      count,
      ...(threads !== undefined && { workers: threads }),
    });
  }
  const all = await Promise.all(Array.from({ length: count }, hopperChunks));
  return vectorize((i) => all[i], count);
}

/** One chunk of four random actions in each environment. */
function physics(job: Job): Phase {
  return {
    name: `physics, a chunk in ${job.nEnvs} environments`,
    makes: { count: 4 * job.nEnvs, unit: 'env steps' },
    prepare: async () => {
      const env = await hoppers(job);
      await env.reset(0);
      const numbers = env.count * 4 * 3;
      return async () => void (await env.step(random.normal(numbers).map((action) => Math.tanh(action))));
    },
  };
}

/** Collecting and learning, once. */
export function iteration(job: Job): Phase {
  const { suffix, agent, algorithm, nEnvs } = job;
  return {
    name: `${iterationName}${suffix}`,
    makes: { count: nEnvs * chunks * samplesOf(agent.policy), unit: 'PPO samples' },
    prepare: async () => {
      const env = await hoppers(job);
      // One training, so that what it compiles is part of the warm-up.
      const iterations = train(algorithm, env, { seed: 0, steps: chunks });
      return async () => void (await iterations.next());
    },
  };
}

/** What takes environments. */
export function environmentPhases(job: Job): Phase[] {
  return [physics(job), iteration(job)];
}
