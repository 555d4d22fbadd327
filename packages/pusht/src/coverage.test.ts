import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coverage } from './coverage.ts';
import { goal, type Pose } from './tee.ts';

const poses = fc.record({
  x: fc.double({ min: 150, max: 350, noNaN: true }),
  y: fc.double({ min: 150, max: 350, noNaN: true }),
  angle: fc.double({ min: -4, max: 4, noNaN: true }),
});

/** The goal moved in its own frame. */
function moved(along: number, across: number): Pose {
  const [cos, sin] = [Math.cos(goal.angle), Math.sin(goal.angle)];
  return { ...goal, x: goal.x + along * cos - across * sin, y: goal.y + along * sin + across * cos };
}

describe('coverage', () => {
  it('is 1 on the goal, also after a whole turn, and 0 apart from it', () => {
    expect(coverage(goal)).toBeCloseTo(1, 12);
    expect(coverage({ ...goal, angle: goal.angle + 2 * Math.PI })).toBeCloseTo(1, 12);
    expect(coverage({ x: 40, y: 40, angle: goal.angle })).toBe(0);
  });

  it('is by hand what is left where the T is moved along its bar or its stem', () => {
    // 10 px along the bar: it keeps 110 · 30, the stem 20 · 90, of 6300.
    expect(coverage(moved(10, 0))).toBeCloseTo((110 * 30 + 20 * 90) / 6300, 12);
    // 10 px along the stem: the bar keeps 120 · 20 and 30 · 10 of the goal's stem, the stem 30 · 80.
    expect(coverage(moved(0, 10))).toBeCloseTo((120 * 20 + 30 * 10 + 30 * 80) / 6300, 12);
  });

  it('is within 0 and 1, and as much for the pose that the goal has as seen from the block', () => {
    fc.assert(
      fc.property(poses, (pose) => {
        const part = coverage(pose);
        expect(part).toBeGreaterThanOrEqual(-1e-12);
        expect(part).toBeLessThanOrEqual(1 + 1e-12);
        // Turned and moved so that the block lies on the goal, the goal lies here.
        const turn = goal.angle - pose.angle;
        const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
        const [dx, dy] = [goal.x - pose.x, goal.y - pose.y];
        const back = {
          x: goal.x + dx * cos - dy * sin,
          y: goal.y + dx * sin + dy * cos,
          angle: goal.angle + turn,
        };
        expect(coverage(back)).toBeCloseTo(part, 9);
      }),
    );
  });
});
