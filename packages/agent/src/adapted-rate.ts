/**
 * The learning rate of the next step: η/1.5 where KL > 2·KL*, 1.5·η where KL < ½·KL*, η in between; within [1e-5, 1e-2].
 *
 * The rule of rsl_rl (https://github.com/leggedrobotics/rsl_rl, algorithms/ppo.py), for the actor alone.
 */
export function adaptedRate(rate: number, kl: number, desiredKl: number): number {
  if (kl > 2 * desiredKl) return Math.max(rate / 1.5, 1e-5);
  if (kl < desiredKl / 2) return Math.min(rate * 1.5, 1e-2);
  return rate;
}
