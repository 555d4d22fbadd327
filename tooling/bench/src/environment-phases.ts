import { train } from '@dppo/agent';
import { type VecEnv, vectorize, workers } from '@dppo/env';

import hopperChunks from './hopper-env.ts';
import { chunks, type HopperPreset } from './hopper-preset.ts';
import { random } from './inputs.ts';
import { iterationName, type Phase } from './phase.ts';

async function hoppers({ nEnvs: count, workers: threads }: HopperPreset): Promise<VecEnv> {
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
function physics(preset: HopperPreset): Phase {
  return {
    name: `physics, a chunk in ${preset.nEnvs} environments`,
    makes: { count: 4 * preset.nEnvs, unit: 'env steps' },
    prepare: async () => {
      const env = await hoppers(preset);
      await env.reset(0);
      const numbers = env.count * 4 * 3;
      return async () => void (await env.step(random.normal(numbers).map((action) => Math.tanh(action))));
    },
  };
}

function iteration(preset: HopperPreset): Phase {
  const { agent, algorithm, nEnvs } = preset;
  return {
    name: iterationName,
    makes: { count: nEnvs * chunks * (agent.policy.states - 1), unit: 'PPO samples' },
    prepare: async () => {
      const env = await hoppers(preset);
      // One training, so that what it compiles is part of the warm-up.
      const iterations = train(algorithm, env, { seed: 0, steps: chunks });
      return async () => void (await iterations.next());
    },
  };
}

/** What takes environments. */
export function environmentPhases(preset: HopperPreset): Phase[] {
  return [physics(preset), iteration(preset)];
}
