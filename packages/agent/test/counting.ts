import { vectorize, type VecEnv } from '@dppo/env';

/**
 * Two environments that see how many chunks they have played [1, 1] and get that and one more as reward: the first is cut
 * after two chunks of one step, the second ends after three of two steps. `taken` hears of their actions [2, 1].
 */
export function countingEnv(taken: (n: number, action: Float32Array) => void = () => {}): VecEnv {
  return vectorize((n) => {
    let played = 0;
    return {
      obsShape: [1, 1],
      actionShape: [2, 1],
      reset: () => {
        played = 0;
        return Float32Array.of(played);
      },
      step: (action) => {
        taken(n, action.slice());
        played++;
        const obs = Float32Array.of(played);
        return {
          obs,
          reward: played,
          terminated: n === 1 && played === 3,
          truncated: n === 0 && played === 2,
          steps: n + 1,
        };
      },
    };
  }, 2);
}
