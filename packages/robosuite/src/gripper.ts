import type { Simulation } from '@dppo/mujoco';

/** A gripper of two fingers. */
export interface Gripper {
  /** its accumulated command g [2], in [−1, 1] */
  readonly memory: Float64Array;
  /** Opens or closes on in this substep, by the sign of an action below or above 0. */
  drive(action: number): void;
}

const speed = 0.01;

/**
 * Gripper `n`: in each substep g ← clip(g + 0.01·sign(a)·(−1, 1), ±1) and ctrl = middle + g·half of each servo's range, so that the
 * whole way takes 200 substeps. a < 0 opens, a > 0 closes, 0 holds.
 *
 * @see robosuite 1.4.1, models/grippers/panda_gripper.py
 */
export function gripper(simulation: Simulation, n: number): Gripper {
  const ranges = simulation.model.actuator_ctrlrange;
  const servos = [1, 2].map((i) => simulation.id('actuator', `gripper${n}_gripper_finger_joint${i}`));
  const memory = new Float64Array(2);
  return {
    memory,
    drive(action): void {
      const { ctrl } = simulation;
      for (let i = 0; i < 2; i++) {
        const change = speed * Math.sign(action) * (i === 0 ? -1 : 1);
        memory[i] = Math.min(Math.max(memory[i] + change, -1), 1);
        const low = ranges[2 * servos[i]];
        const high = ranges[2 * servos[i] + 1];
        ctrl[servos[i]] = 0.5 * (high + low) + 0.5 * (high - low) * memory[i];
      }
    },
  };
}
