import { pcg64 } from '@dppo/env';
import type { Skip } from '@dppo/testing';
import { expect } from 'vitest';

import type { Task } from '../src/mujoco-env.ts';
import type { Simulation } from '../src/simulation.ts';

/** A trajectory of Gymnasium in float64; what it starts from and what it says of each step may be left out. */
export interface Trajectory {
  /** of `reset` */
  readonly seed?: number;
  /** qpos and qvel after `reset` */
  readonly q0?: readonly number[];
  readonly v0?: readonly number[];
  /** actions [T, Da] */
  readonly A: readonly (readonly number[])[];
  /** observations [T + 1, Do] */
  readonly O?: readonly (readonly number[])[];
  /** rewards [T] */
  readonly R?: readonly number[];
  /** is_healthy [T] */
  readonly H?: readonly boolean[];
}

/**
 * Steps compared in open loop, and the first of them where the rounding of sine and cosine, which differs between the builds of
 * MuJoCo, may have grown beyond 10⁻⁸: of 60 seeds the worst HalfCheetah is off by 4·10⁻¹¹ after 15 steps and by 10⁻⁷ after 30.
 */
const openLoop: Record<string, readonly [steps: number, exact: number]> = {
  hopper: [200, 200],
  walker2d: [200, 200],
  halfCheetah: [30, 15],
  ant: [30, 30],
};

/** Sets the state that a trajectory starts from, and expects its seed to lead there. */
export function start(task: Task, simulation: Simulation, { seed, q0, v0, O }: Trajectory, skip: Skip): void {
  simulation.reset();
  if (seed !== undefined) {
    const state = { qpos: simulation.qpos.slice(), qvel: simulation.qvel.slice() };
    task.start?.(state, pcg64(seed));
    simulation.reset(state.qpos, state.qvel);
    if (q0) expect(simulation.qpos).toBeAllclose(q0, { atol: 1e-14, rtol: 0 });
    if (v0) expect(simulation.qvel).toBeAllclose(v0, { atol: 1e-13, rtol: 0 });
    if (O) expect(task.observe(simulation)).toBeAllclose(O[0], { atol: 1e-13, rtol: 0 });
  }
  if (q0 && v0) simulation.reset(q0, v0);
  else if (seed === undefined) {
    if (!O) return skip('neither a state nor a seed nor an observation to start from');
    const [qpos, qvel] = [simulation.qpos.slice(), simulation.qvel.slice()];
    putObserved({ qpos, qvel }, shown(task, simulation), O[0]);
    simulation.reset(qpos, qvel);
  }
}

/**
 * Takes the actions of a trajectory and expects what it recorded. After the steps in open loop the simulation continues from the
 * recorded positions and velocities at every tenth step.
 */
export function replay(task: Task, simulation: Simulation, trajectory: Trajectory, skip: Skip): void {
  const { A, O, R, H } = trajectory;
  const places = shown(task, simulation);
  const [open, exact] = openLoop[task.name];
  const steps = O ? A.length : Math.min(A.length, open);
  const seconds = simulation.timestep * task.frameSkip;
  start(task, simulation, trajectory, skip);
  for (let t = 0; t < steps; t++) {
    if (O && t >= open && t % 10 === 0) putObserved(simulation, places, O[t]);
    const before = task.position(simulation);
    simulation.step(A[t], task.frameSkip);
    task.settle?.(simulation);
    const velocity = (task.position(simulation) - before) / seconds;
    const terminated = task.terminated?.(simulation) ?? false;
    const tolerance = { atol: t >= exact && t < open ? 1e-6 : 1e-8, rtol: 0 };
    if (H) expect(H[t]).toBe(!terminated);
    if (O?.[t + 1]) expect(task.observe(simulation)).toBeAllclose(O[t + 1], tolerance);
    if (R) {
      const moment = { action: A[t], velocity, terminated };
      const distances = possibleRewards(task, simulation, moment).map((reward) => reward - R[t]);
      const nearest = Math.min(...distances.map(Math.abs));
      expect([R[t] + nearest]).toBeAllclose([R[t]], tolerance);
    }
  }
}

/**
 * Rewards for an action in float32 and in float64. Gymnasium's v4 pays the healthy reward of 1 for a fall as well, unless it is told
 * that a fall does not end the episode; a recording does not say which.
 */
function possibleRewards(
  task: Task,
  simulation: Simulation,
  { action, velocity, terminated }: { action: readonly number[]; velocity: number; terminated: boolean },
): number[] {
  return [Float32Array.from(action), Float64Array.from(action)].flatMap((taken) => {
    const reward = task.reward(simulation, { action: taken, velocity, terminated });
    const paid =
      terminated && reward === task.reward(simulation, { action: taken, velocity, terminated: false });
    return paid ? [reward, reward - 1] : [reward];
  });
}

/** Where the observation shows each position and velocity [nq + nv]; −1 where it does not. */
function shown(task: Task, simulation: Simulation): number[] {
  const { length } = simulation.qpos;
  const marks = Float64Array.from({ length: length + simulation.qvel.length }, (_, i) => (i + 1) / 64);
  simulation.reset(marks.subarray(0, length), marks.subarray(length));
  const observed = Array.from(task.observe(simulation));
  return Array.from(marks, (mark) => observed.indexOf(mark));
}

/** Overwrites what an observation shows; velocities at a limit of ± 10 are shown as the limit only. */
function putObserved(
  { qpos, qvel }: Pick<Simulation, 'qpos' | 'qvel'>,
  places: readonly number[],
  obs: readonly number[],
): void {
  for (const [i, place] of places.entries()) {
    if (place < 0) continue;
    if (i < qpos.length) qpos[i] = obs[place];
    else if (Math.abs(obs[place]) !== 10) qvel[i - qpos.length] = obs[place];
  }
}
