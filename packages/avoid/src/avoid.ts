import { checkState } from '@dppo/env';
import type { Capsule, Drawable, Drawing, Env, EnvState, Step } from '@dppo/env';

import { field, gapAt, rodRadius, rows, start } from './course.ts';

/** What `avoid` rewards. */
export interface AvoidOptions {
  /**
   * Which gap of the last row is rewarded, counted from the left as 5 … 8 as in the original's names (`avoiding-m5`); none
   * by default (`avoiding-v0`).
   */
  readonly mode?: 5 | 6 | 7 | 8 | undefined;
}

/** Most that an action moves the desired position along x or y, in metres. */
export const maxAction = 0.01;

// The rod follows as a critically damped spring of ω = 30 s⁻¹ does in the 35 ms of a step. In the demonstrations it is 14 mm
// behind on average, as the arm of the original is.
const damping = 30 * 0.035;
const decay = Math.exp(-damping);
const trailLength = 500;

const gray = [150, 150, 150] as const;
const cylinders = rows.flat();
const course: readonly Capsule[] = [
  line([field.left, field.finish], [field.right, field.finish], [60, 160, 75]),
  line([field.left, start.y], [field.left, field.finish], gray),
  line([field.right, start.y], [field.right, field.finish], gray),
  { from: [start.x, start.y], to: [start.x, start.y], radius: 0.006, color: gray },
  ...cylinders.map(({ x, y, radius }): Capsule => ({
    from: [x, y],
    to: [x, y],
    radius,
    color: [200, 60, 50],
  })),
];

/**
 * D3IL's obstacle avoidance as a planar surrogate: the course and the rewards of the original, and instead of its robot arm
 * a rod that lags behind its desired position and passes through what it touches.
 *
 * obs [desired x, desired y, actual x, actual y] in metres, action [Δ desired x, Δ desired y], clipped to ±0.01. Both parts of a
 * step, observation and reward, are read before the rod moves, one step late, as in the original. Reward: −0.1 where x is outside
 * [0.2, 0.8] and forever after a cylinder was touched; otherwise 1 for y > 0.4, and 1 once the gap of `mode` was taken. It never
 * ends (use taskLength: the paper takes 100 steps), and always starts at one point, whatever the seed. Its state is without the way
 * that `draw` shows.
 *
 * @throws RangeError for a mode that is none, or an action of another length or that is not finite
 * @see arXiv 2402.14606, section 4; the fork of its environment that arXiv 2409.00588 uses (github.com/allenzren/d3il)
 */
export function avoid({ mode }: AvoidOptions = {}): Env & Drawable {
  if (mode !== undefined && ![5, 6, 7, 8].includes(mode)) {
    throw new RangeError(`avoid: mode is ${String(mode)}, wanted 5, 6, 7 or 8`);
  }
  let desired = [start.x, start.y];
  let position = [start.x, start.y];
  let velocity = [0, 0];
  let touched = false;
  let lastGap: number | undefined;
  let trail: number[][] = [];

  const observe = (): Float32Array => Float32Array.of(desired[0], desired[1], position[0], position[1]);

  /** The reward of the present state. */
  function reward(): number {
    const [x, y] = position;
    if (touched || x < field.left || x > field.right) return -0.1;
    return Number(y > field.finish) + Number(lastGap !== undefined && lastGap === mode);
  }

  function move(axis: number, delta: number): void {
    desired[axis] += Math.min(Math.max(delta, -maxAction), maxAction);
    const behind = position[axis] - desired[axis];
    const speed = velocity[axis];
    position[axis] = desired[axis] + (behind * (1 + damping) + speed) * decay;
    velocity[axis] = (speed * (1 - damping) - behind * damping * damping) * decay;
  }

  return {
    obsShape: [4],
    actionShape: [2],

    reset(): Float32Array {
      desired = [start.x, start.y];
      position = [start.x, start.y];
      velocity = [0, 0];
      touched = false;
      lastGap = undefined;
      trail = [position.slice()];
      return observe();
    },

    step(action: Float32Array): Step {
      if (action.length !== 2 || !action.every(Number.isFinite)) {
        throw new RangeError(`avoid: action is [${action.join(', ')}], wanted 2 finite numbers`);
      }
      const step: Step = { obs: observe(), reward: reward(), terminated: false, truncated: false };
      move(0, action[0]);
      move(1, action[1]);
      const [x, y] = position;
      touched ||= cylinders.some(
        (cylinder) => Math.hypot(x - cylinder.x, y - cylinder.y) < cylinder.radius + rodRadius,
      );
      if (y >= rows[2][0].y) lastGap ??= 5 + gapAt(2, x);
      trail.push([x, y]);
      if (trail.length > trailLength) trail.shift();
      return step;
    },

    save: (): EnvState =>
      Float64Array.of(...desired, ...position, ...velocity, Number(touched), lastGap ?? 0),

    restore(state: EnvState): void {
      checkState('avoid', state, 8);
      [desired, position, velocity] = [0, 2, 4].map((at) => Array.from(state.subarray(at, at + 2)));
      touched = state[6] === 1;
      lastGap = state[7] === 0 ? undefined : state[7];
      trail = [position.slice()];
    },

    /** The course from above: finish, borders, cylinders, the rod and where it came along. */
    draw(): Drawing {
      const [x, y] = position;
      const color = touched ? ([40, 40, 40] as const) : ([50, 90, 190] as const);
      const way = trail.slice(1).map((to, i) => line([trail[i][0], trail[i][1]], [to[0], to[1]], color));
      const rod: Capsule = { from: [x, y], to: [x, y], radius: rodRadius, color };
      return { center: [0.5, 0.06], width: 1, shapes: [...course, ...way, rod] };
    },
  };
}

function line(from: Capsule['from'], to: Capsule['to'], color: Capsule['color']): Capsule {
  return { from, to, radius: 0.002, color };
}
