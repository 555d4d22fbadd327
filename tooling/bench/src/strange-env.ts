import type { Randomness } from '@dppo/agent';
import type { VecEnv, VecStep } from '@dppo/env';

/** Environments without physics: every observation is normal noise, no episode ends. */
export function strangeEnv(count: number, obsDim: number, random: Randomness): VecEnv {
  const step = async (): Promise<VecStep> => ({
    obs: random.normal(count * obsDim),
    reached: random.normal(count * obsDim),
    rewards: random.normal(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    steps: new Uint16Array(count).fill(4),
  });
  return {
    count,
    obsShape: [1, obsDim],
    actionShape: [4, 3],
    reset: async () => random.normal(count * obsDim),
    step,
    close: async () => {},
  };
}
