import { checkState, uniform, type Env, type EnvState } from '@dppo/env';

const secondsPerStep = 0.1;

/**
 * A puck on ice that two thrusters push to a goal: obs [goal − position, velocity] (x and y each, in m and m/s), action [force]
 * in [−1, 1]², reward e^(−2·distance). Terminated where it is more than 4 m from the goal.
 */
export function puck(): Env {
  let random = uniform(0);
  let [seeded, drawn] = [0, 0];
  const toGoal = [0, 0];
  const velocity = [0, 0];
  const observe = (): Float32Array => Float32Array.of(...toGoal, ...velocity);

  return {
    obsShape: [4],
    actionShape: [2],
    reset(seed?: number): Float32Array {
      if (seed !== undefined) {
        random = uniform(seed);
        [seeded, drawn] = [seed, 0];
      }
      for (const axis of [0, 1]) {
        toGoal[axis] = 2 * random();
        velocity[axis] = 0.5 * random();
        drawn += 2;
      }
      return observe();
    },
    step(action: Float32Array) {
      if (action.length !== 2) throw new RangeError(`puck: action has ${action.length} numbers, wanted 2`);
      for (const axis of [0, 1]) {
        const force = Math.min(Math.max(action[axis], -1), 1);
        velocity[axis] += (force - 0.1 * velocity[axis]) * secondsPerStep;
        toGoal[axis] -= velocity[axis] * secondsPerStep;
      }
      const distance = Math.hypot(...toGoal);
      return {
        obs: observe(),
        reward: Math.exp(-2 * distance),
        terminated: distance > 4,
        truncated: false,
      };
    },
    save: (): EnvState => Float64Array.of(seeded, drawn, ...toGoal, ...velocity),
    restore(state: EnvState): void {
      checkState('puck', state, 6);
      [seeded, drawn, toGoal[0], toGoal[1], velocity[0], velocity[1]] = state;
      random = uniform(seeded, drawn);
    },
  };
}
