import { sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { uniform } from './uniform.ts';

/** What a test saw of an environment. */
interface Episode {
  readonly start: Float32Array;
  readonly steps: readonly Step[];
}

/** An episode of at most `limit` steps with actions uniform in [−1, 1). */
export function episode(env: Env, seed: number, limit: number): Episode {
  const random = uniform(seed + 1);
  const start = env.reset(seed);
  const steps: Step[] = [];
  while (steps.length < limit && !steps.at(-1)?.terminated && !steps.at(-1)?.truncated) {
    steps.push(env.step(Float32Array.from({ length: sizeOf(env.actionShape) }, random)));
  }
  return { start, steps };
}

/** The first observation and what each step led to [T + 1]. */
export function observed({ start, steps }: Episode): Float32Array[] {
  return [start, ...steps.map(({ obs }) => obs)];
}
