import { corners, goal, type Pose, tee } from './tee.ts';

const area = tee.reduce((sum, { left, right, top, bottom }) => sum + (right - left) * (bottom - top), 0);
const target = corners(goal);
/** Origins that are farther apart than twice the farthest corner have no point in common. */
const farthest = 2 * Math.hypot(15, 120);

/**
 * Part of the goal that a block covers, in [0, 1]: the rectangles of one T clipped to those of the other.
 * gym-pusht 0.1.8, envs/pusht.py: _get_coverage.
 */
export function coverage(pose: Pose): number {
  if (Math.hypot(pose.x - goal.x, pose.y - goal.y) > farthest) return 0;
  const placed = corners(pose);
  let common = 0;
  for (const own of [0, 8]) {
    for (const wanted of [0, 8]) {
      common += areaOf(clipped(placed.subarray(own, own + 8), target.subarray(wanted, wanted + 8)));
    }
  }
  return common / area;
}

/** What is left of a polygon inside a convex one (Sutherland and Hodgman, 1974), both as corners [n, 2] from x to y. */
function clipped(polygon: ArrayLike<number>, window: Float64Array): number[] {
  let left = Array.from(polygon);
  for (let edge = 0; edge < window.length; edge += 2) {
    const [ax, ay] = [window[edge], window[edge + 1]];
    const next = (edge + 2) % window.length;
    const [ex, ey] = [window[next] - ax, window[next + 1] - ay];
    const inside = (x: number, y: number): number => ex * (y - ay) - ey * (x - ax);
    const kept: number[] = [];
    for (let i = 0; i < left.length; i += 2) {
      const j = (i + 2) % left.length;
      const [here, there] = [inside(left[i], left[i + 1]), inside(left[j], left[j + 1])];
      if (here >= 0) kept.push(left[i], left[i + 1]);
      if (here >= 0 === there >= 0) continue;
      const t = here / (here - there);
      kept.push(left[i] + t * (left[j] - left[i]), left[i + 1] + t * (left[j + 1] - left[i + 1]));
    }
    left = kept;
  }
  return left;
}

/** ½·Σ (xᵢ·yᵢ₊₁ − xᵢ₊₁·yᵢ) */
function areaOf(polygon: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    twice += polygon[i] * polygon[j + 1] - polygon[j] * polygon[i + 1];
  }
  return twice / 2;
}
