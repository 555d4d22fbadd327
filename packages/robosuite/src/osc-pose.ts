import type { Simulation } from '@dppo/mujoco';

import { cholesky, solve } from './cholesky.ts';
import { rotationBy } from './rotation.ts';

/** A controller of one arm. */
export interface Controller {
  /** what it remembers from substep to substep */
  readonly memory: Float64Array;
  /** the part of it that the null space is pulled to, rad [7] */
  readonly home: Float64Array;
  /** the part of it that is 1 until the first substep of an episode [1] */
  readonly isFirst: Float64Array;
  /** Begins an episode: the joints are where the null space is pulled to, and the mass matrix is that of the first substep. */
  begin(): void;
  /** Takes the present orientation as the goal. */
  hold(): void;
  /** Sets the goal by an action: six numbers at `offset`, of which those beyond ±1 are clipped. */
  aim(action: ArrayLike<number>, offset: number): void;
  /** Writes the torques of the next substep into `ctrl`; after `step1`. */
  drive(): void;
}

const stiffness = 150;
const damping = 2 * Math.sqrt(stiffness);
const nullStiffness = 10;
const nullDamping = 2 * Math.sqrt(nullStiffness);
/** What an action of 1 moves the goal by, m and rad. */
const reach = { position: 0.05, rotation: 0.5 };
const joints = 7;

/**
 * Operational space control of a site's pose by seven joints with fixed impedance: in each substep
 * τ = Jᵀ([Λp·F; Λr·T] − Λ·J·u) + M·u + bias, with F = 150·e_p − 2√150·v, T = 150·e_R − 2√150·ω, u = 10·(q₀ − q) − 2√10·q̇,
 * Λ = (J·M⁻¹·Jᵀ)⁻¹ and Λp, Λr the same of J's position and rotation alone, clipped to the ranges of the motors. An action of six numbers
 * moves the goal: position by 5 cm from where the site is, rotation by 0.5 rad; without any rotation the goal's stays what it was.
 *
 * @see robosuite 1.4.1, controllers/osc.py; Khatib 1987, A unified approach for motion and force control of robot manipulators
 */
export function oscPose(simulation: Simulation, n: number): Controller {
  const { model } = simulation;
  const site = simulation.id('site', `gripper${n}_grip_site`);
  const numbers = Array.from({ length: joints }, (_, i) => simulation.id('joint', `robot${n}_joint${i + 1}`));
  const motors = numbers.map((_, i) => simulation.id('actuator', `robot${n}_torq_j${i + 1}`));
  const places = Int32Array.from(numbers, (joint) => model.jnt_qposadr[joint]);
  const dofs = Int32Array.from(numbers, (joint) => model.jnt_dofadr[joint]);
  const limits = Float64Array.from(motors, (motor) => model.actuator_ctrlrange[2 * motor + 1]);

  const memory = new Float64Array(9 + joints + joints * joints + 1);
  const goal = memory.subarray(0, 9);
  const home = memory.subarray(9, 9 + joints);
  const firstMass = memory.subarray(9 + joints, -1);
  const isFirst = memory.subarray(-1);

  const target = new Float64Array(3);
  const turn = new Float64Array(9);
  const jacobian = new Float64Array(6 * joints);
  const mass = new Float64Array(joints * joints);
  const massFactor = new Float64Array(joints * joints);
  const solved = new Float64Array(6 * joints); // M⁻¹·Jᵀ by columns of Jᵀ
  const inertia = new Float64Array(36); // J·M⁻¹·Jᵀ
  const factor = new Float64Array(36);
  // Made once: a substep allocates nothing.
  const ofMass = { size: joints, n: joints, into: massFactor };
  const ofPosition = { size: 6, n: 3, into: factor };
  const ofRotation = { size: 6, offset: 3, n: 3, into: factor };
  const ofPose = { size: 6, n: 6, into: factor };
  const wrench = new Float64Array(6);
  const pull = new Float64Array(joints); // u
  const pulled = new Float64Array(6); // J·u

  /** F and T, which still lack the inertia. */
  function acceleration(): void {
    const { site_xpos, site_xmat, qvel } = simulation;
    for (let row = 0; row < 6; row++) {
      let velocity = 0;
      for (let j = 0; j < joints; j++) velocity += jacobian[joints * row + j] * qvel[dofs[j]];
      wrench[row] = -damping * velocity;
    }
    for (let i = 0; i < 3; i++) {
      wrench[i] += stiffness * (target[i] - site_xpos[3 * site + i]);
      // e_R = ½ Σ columns of R × columns of the goal
      const a = (i + 1) % 3;
      const b = (i + 2) % 3;
      let error = 0;
      for (let k = 0; k < 3; k++) {
        error += site_xmat[9 * site + 3 * a + k] * goal[3 * b + k];
        error -= site_xmat[9 * site + 3 * b + k] * goal[3 * a + k];
      }
      wrench[3 + i] += (stiffness * error) / 2;
    }
  }

  /** What pulls the joints home, and how that moves the site. */
  function nullSpace(): void {
    const { qpos, qvel } = simulation;
    for (let j = 0; j < joints; j++) {
      pull[j] = nullStiffness * (home[j] - qpos[places[j]]) - nullDamping * qvel[dofs[j]];
    }
    for (let row = 0; row < 6; row++) {
      let sum = 0;
      for (let j = 0; j < joints; j++) sum += jacobian[joints * row + j] * pull[j];
      pulled[row] = sum;
    }
  }

  /** J·M⁻¹·Jᵀ. */
  function taskInertia(): void {
    cholesky(mass, ofMass);
    solved.set(jacobian);
    for (let row = 0; row < 6; row++) solve(massFactor, solved, joints, joints * row);
    for (let row = 0; row < 6; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = 0;
        for (let j = 0; j < joints; j++) sum += jacobian[joints * row + j] * solved[joints * column + j];
        inertia[6 * row + column] = sum;
        inertia[6 * column + row] = sum;
      }
    }
  }

  return {
    memory,
    home,
    isFirst,
    begin(): void {
      for (let j = 0; j < joints; j++) home[j] = simulation.qpos[places[j]];
      simulation.massMatrix(dofs, firstMass);
      isFirst[0] = 1;
    },
    hold(): void {
      goal.set(simulation.site_xmat.subarray(9 * site, 9 * site + 9));
    },
    aim(action, offset): void {
      const { site_xpos, site_xmat } = simulation;
      for (let i = 0; i < 3; i++) {
        target[i] = site_xpos[3 * site + i] + reach.position * clip(action[offset + i]);
      }
      const x = reach.rotation * clip(action[offset + 3]);
      const y = reach.rotation * clip(action[offset + 4]);
      const z = reach.rotation * clip(action[offset + 5]);
      if (x === 0 && y === 0 && z === 0) return;
      rotationBy(x, y, z, turn);
      for (let i = 0; i < 9; i++) {
        const row = i - (i % 3);
        const column = 9 * site + (i % 3);
        goal[i] =
          turn[row] * site_xmat[column] +
          turn[row + 1] * site_xmat[column + 3] +
          turn[row + 2] * site_xmat[column + 6];
      }
    },
    drive(): void {
      simulation.siteJacobian(site, dofs, jacobian);
      if (isFirst[0] === 1) mass.set(firstMass);
      else simulation.massMatrix(dofs, mass);
      isFirst[0] = 0;
      taskInertia();
      acceleration();
      nullSpace();
      cholesky(inertia, ofPosition);
      solve(factor, wrench, 3);
      cholesky(inertia, ofRotation);
      solve(factor, wrench, 3, 3);
      cholesky(inertia, ofPose);
      solve(factor, pulled, 6);
      const { ctrl, qfrc_bias } = simulation;
      for (let j = 0; j < joints; j++) {
        let torque = qfrc_bias[dofs[j]];
        for (let row = 0; row < 6; row++) torque += jacobian[joints * row + j] * (wrench[row] - pulled[row]);
        for (let k = 0; k < joints; k++) torque += mass[joints * j + k] * pull[k];
        ctrl[motors[j]] = Math.min(Math.max(torque, -limits[j]), limits[j]);
      }
    },
  };
}

function clip(value: number): number {
  return Math.min(Math.max(value, -1), 1);
}
