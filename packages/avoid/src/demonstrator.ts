import { uniform } from '@dppo/env';

import { maxAction } from './avoid.ts';
import { field, rodRadius, rows, start } from './course.ts';
import type { Way } from './course.ts';

/** The least distance kept from a cylinder where the path passes beside it, half the length of the straight there, in metres. */
const margin = 0.012;
const halfStraight = 0.03;
/** Largest error of the hand along x and y. */
const wobble = 0.001;

type Point = readonly [x: number, y: number];

/**
 * A scripted `way` through the obstacles, for one episode of `avoid`: obs [4] → action [2]. Where it passes in each gap, its speed
 * and the wobble of its hand come from `seed`; past the finish it holds.
 *
 * @throws RangeError for a gap that a row does not have
 */
export function demonstrator(way: Way, seed: number): (obs: Float32Array) => Float32Array {
  const random = uniform(seed);
  const path = pathThrough(way, random);
  const speed = (0.95 + 0.05 * random()) * maxAction;
  let along = 0;
  let last: Point = [0, 0];
  return ([x, y]) => {
    along += speed;
    const target = pointAt(path, along);
    // The observation is one step late: the desired position has moved on by the last action.
    const towards = (axis: 0 | 1, seen: number): number => {
      const delta = target[axis] - (seen + last[axis]) + wobble * random();
      return Math.min(Math.max(delta, -maxAction), maxAction);
    };
    const action = Float32Array.of(towards(0, x), towards(1, y));
    last = [action[0], action[1]];
    return action;
  };
}

/** Straight ahead in the chosen gap of each row, and straight lines from row to row. */
function pathThrough(way: Way, random: () => number): Point[] {
  const corners: Point[] = [[start.x, start.y]];
  let x = start.x;
  for (const [row, cylinders] of rows.entries()) {
    const gap = way[row];
    if (!Number.isInteger(gap) || gap < 0 || gap > cylinders.length) {
      throw new RangeError(
        `demonstrator: gap ${row} of the way is ${gap}, wanted an integer in 0 … ${cylinders.length}`,
      );
    }
    const [{ y, radius }] = cylinders;
    const clear = radius + rodRadius + margin;
    const left = gap === 0 ? cylinders[0].x - clear - 0.02 : cylinders[gap - 1].x + clear;
    const right = gap === cylinders.length ? cylinders[gap - 1].x + clear + 0.02 : cylinders[gap].x - clear;
    x = left + ((random() + 1) / 2) * (right - left);
    corners.push([x, y - halfStraight], [x, y + halfStraight]);
  }
  return [...corners, [x, field.finish + 0.05]];
}

/** The point of a path after a distance, measured along x or y, whichever is longer: the action's bound is per axis. */
function pointAt(path: readonly Point[], distance: number): Point {
  let left = distance;
  for (const [i, [x, y]] of path.slice(1).entries()) {
    const [dx, dy] = [x - path[i][0], y - path[i][1]];
    const length = Math.max(Math.abs(dx), Math.abs(dy));
    if (left < length) return [path[i][0] + (left / length) * dx, path[i][1] + (left / length) * dy];
    left -= length;
  }
  return path[path.length - 1];
}
