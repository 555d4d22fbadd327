import type { Env, Step } from '@dppo/env';

import { pcg64 } from './pcg64.ts';
import type { Generator } from './pcg64.ts';
import { simulate } from './simulation.ts';

/** Which rules: the paper's (v2), or those of Gymnasium's environment of that version. */
export type Version = 'v2' | 'v4' | 'v5';

export interface LocomotionOptions {
  readonly version?: Version;
}

/** A robot that is rewarded for running forwards. */
export interface Task {
  readonly name: string;
  /** MuJoCo's MJCF */
  readonly model: string;
  /** substeps per step */
  readonly frameSkip: number;
  /** weight of Σ a², rounded to float32 as numpy does */
  readonly controlCost: number;
  /** velocities are observed clipped to ± this */
  readonly velocityClip: number;
  /** the episode terminates where this is false */
  isHealthy(qpos: Float64Array, qvel: Float64Array): boolean;
  healthyReward(healthy: boolean): number;
  /** added to the model's initial positions and velocities at each reset, a draw each */
  positionNoise(generator: Generator): number;
  velocityNoise(generator: Generator): number;
}

/** obs = [qpos without the x position, qvel clipped] [nq − 1 + nv]. */
export function observe(task: Task, qpos: Float64Array, qvel: Float64Array): Float64Array {
  const obs = new Float64Array(qpos.length - 1 + qvel.length);
  obs.set(qpos.subarray(1));
  qvel.forEach((velocity, i) => {
    obs[qpos.length - 1 + i] = Math.min(Math.max(velocity, -task.velocityClip), task.velocityClip);
  });
  return obs;
}

/** r = Δx/Δt + healthy reward − w·Σ a², the last term in float32 as numpy computes it. */
export function rewardOf(
  task: Task,
  { velocity, healthy, action }: { velocity: number; healthy: boolean; action: ArrayLike<number> },
): number {
  let squares = 0;
  for (let i = 0; i < action.length; i++) {
    squares = Math.fround(squares + Math.fround(action[i] * action[i]));
  }
  const cost = Math.fround(Math.fround(task.controlCost) * squares);
  return velocity + task.healthyReward(healthy) - cost;
}

/**
 * An environment of a task. Throws an Error from `step` where the simulation diverges, that is where a position or velocity is
 * no number or above MuJoCo's limit of 10¹⁰.
 */
export async function locomotion(task: Task): Promise<Env> {
  const simulation = await simulate(task.model);
  const { controls, timestep } = simulation;
  let generator = pcg64(0);
  let steps = 0;

  const obs = (): Float32Array => Float32Array.from(observe(task, simulation.qpos, simulation.qvel));

  function checkState(): void {
    for (const name of ['qpos', 'qvel'] as const) {
      const bad = simulation[name].findIndex((value) => !(Math.abs(value) < 1e10));
      if (bad >= 0) {
        throw new Error(
          `${task.name}: the simulation diverged in step ${steps} of the episode: ${name}[${bad}] is ${simulation[name][bad]}`,
        );
      }
    }
  }

  return {
    obsShape: [simulation.qpos.length - 1 + simulation.qvel.length],
    actionShape: [controls],

    reset(seed?: number): Float32Array {
      if (seed !== undefined) generator = pcg64(seed);
      steps = 0;
      simulation.reset();
      const qpos = simulation.qpos.map((value) => value + task.positionNoise(generator));
      const qvel = simulation.qvel.map((value) => value + task.velocityNoise(generator));
      simulation.reset(qpos, qvel);
      return obs();
    },

    step(action: Float32Array): Step {
      if (action.length !== controls || !action.every(Number.isFinite)) {
        throw new RangeError(
          `${task.name}: action is [${action.join(', ')}], want ${controls} finite numbers`,
        );
      }
      const [before] = simulation.qpos;
      simulation.step(action, task.frameSkip);
      steps += 1;
      checkState();
      const [after] = simulation.qpos;
      const healthy = task.isHealthy(simulation.qpos, simulation.qvel);
      const velocity = (after - before) / (timestep * task.frameSkip);
      return {
        obs: obs(),
        reward: rewardOf(task, { velocity, healthy, action }),
        terminated: !healthy,
        truncated: false,
      };
    },
  };
}

/** A draw from [−scale, scale), computed as numpy's `uniform(-scale, scale)`. */
export function uniform(scale: number): (generator: Generator) => number {
  return (generator) => -scale + (scale + scale) * generator.random();
}

/** Gymnasium's healthy reward: v2 and v4 pay it in the step that terminates as well, v5 does not. */
export function healthyReward(version: Version): (healthy: boolean) => number {
  return (healthy) => (healthy || version !== 'v5' ? 1 : 0);
}
