import type { Generator } from '@dppo/env';

import type { Moment, MujocoOptions, State, Task } from './mujoco-env.ts';
import type { Simulation } from './simulation.ts';

/** Which rules: the paper's (v2), or those of Gymnasium's environment of that version. */
export type Version = 'v2' | 'v4' | 'v5';

/** The rules and the engine of a locomotion task. */
export interface LocomotionOptions extends MujocoOptions {
  /** the rules */
  readonly version?: Version;
}

/** obs = [qpos without its first coordinates, qvel clipped to ± `clip`]. */
export function observePositions(
  { qpos, qvel }: Simulation,
  { without, clip }: { without: number; clip: number },
): Float64Array {
  const obs = new Float64Array(qpos.length - without + qvel.length);
  for (let i = without; i < qpos.length; i++) obs[i - without] = qpos[i];
  for (let i = 0; i < qvel.length; i++) {
    obs[qpos.length - without + i] = Math.min(Math.max(qvel[i], -clip), clip);
  }
  return obs;
}

/** r = Δx/Δt + healthy reward − w·Σ a². */
export function forwardReward(
  { velocity, action }: Moment,
  { alive, controlCost }: { alive: number; controlCost: number },
): number {
  return velocity + alive - weightedSquares(controlCost, action);
}

/** Gymnasium's healthy reward: v2 and v4 pay it in the step that terminates as well, v5 does not. */
export function healthyReward(version: Version, { terminated }: Moment): number {
  return terminated && version === 'v5' ? 0 : 1;
}

/** w·Σ a² as numpy computes it: in the precision of `a`, from eight numbers on in eight partial sums. */
export function weightedSquares(weight: number, a: Float32Array | Float64Array): number {
  const round = a instanceof Float32Array ? Math.fround : (value: number) => value;
  let sum = 0;
  let next = 0;
  if (a.length >= 8) {
    const partial = Array.from({ length: 8 }, (_, i) => round(a[i] * a[i]));
    for (next = 8; next + 8 <= a.length; next += 8) {
      for (let i = 0; i < 8; i++) partial[i] = round(partial[i] + round(a[next + i] * a[next + i]));
    }
    const pair = (i: number): number => round(partial[i] + partial[i + 1]);
    sum = round(round(pair(0) + pair(2)) + round(pair(4) + pair(6)));
  }
  for (; next < a.length; next++) sum = round(sum + round(a[next] * a[next]));
  return round(round(weight) * sum);
}

/** A start with a draw of `position` added to each position, then one of `velocity` to each velocity. */
export function noise(
  position: (generator: Generator) => number,
  velocity: (generator: Generator) => number,
): NonNullable<Task['start']> {
  return ({ qpos, qvel }: State, generator: Generator) => {
    for (let i = 0; i < qpos.length; i++) qpos[i] += position(generator);
    for (let i = 0; i < qvel.length; i++) qvel[i] += velocity(generator);
  };
}

/** A draw from [−`scale`, `scale`), computed as numpy's `uniform(-scale, scale)`. */
export function uniform(scale: number): (generator: Generator) => number {
  return (generator) => -scale + (scale + scale) * generator.random();
}
