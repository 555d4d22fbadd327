import { checkState } from './env.ts';
import type { Env, EnvState, Step } from './env.ts';
import { uniform } from './uniform.ts';

/**
 * A mass on a line, the smallest environment there is, for first steps and tests: obs [position, velocity], action [force in [−1, 1]], reward −|position|, 0.1 s per step.
 * Starts within ±1 at rest; terminated where |position| > 2.
 */
export function pointMass(): Env {
  let random = uniform(0);
  let [seeded, drawn] = [0, 0];
  let position = 0;
  let velocity = 0;
  const observe = (): Float32Array => Float32Array.of(position, velocity);
  return {
    obsShape: [2],
    actionShape: [1],
    reset(seed?: number): Float32Array {
      if (seed !== undefined) {
        random = uniform(seed);
        [seeded, drawn] = [seed, 0];
      }
      position = random();
      drawn += 1;
      velocity = 0;
      return observe();
    },
    step(action: Float32Array): Step {
      if (action.length !== 1)
        throw new RangeError(`pointMass: action has ${action.length} numbers, wanted 1`);
      velocity += 0.1 * Math.min(Math.max(action[0], -1), 1);
      position += 0.1 * velocity;
      return {
        obs: observe(),
        reward: -Math.abs(position),
        terminated: Math.abs(position) > 2,
        truncated: false,
      };
    },
    save: (): EnvState => Float64Array.of(seeded, drawn, position, velocity),
    restore(state: EnvState): void {
      checkState('pointMass', state, 4);
      [seeded, drawn, position, velocity] = state;
      random = uniform(seeded, drawn);
    },
  };
}
