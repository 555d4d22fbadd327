import type { Env } from '@dppo/env';

/** What so many steps of pushing around the middle lead to, resets after ends included. */
export function pushed(env: Env, steps: number): number[][] {
  return Array.from({ length: steps }, (_, t) => {
    const target = Float32Array.of(256 + 90 * Math.cos(t), 256 + 90 * Math.sin(1.3 * t));
    const { obs, reward, terminated } = env.step(target);
    return [...obs, reward, Number(terminated), ...(terminated ? env.reset() : [])];
  });
}
