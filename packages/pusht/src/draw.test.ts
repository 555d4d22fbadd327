import type { Capsule } from '@dppo/env';
import { describe, expect, it } from 'vitest';

import { drawing } from './draw.ts';
import { pusht } from './pusht.ts';
import { goal } from './tee.ts';

const white = 255;
const green = 144;
const gray = 119;

function painted(shapes: readonly Capsule[], red: number): readonly Capsule[] {
  return shapes.filter(({ color }) => color[0] === red);
}

/** Whether a point is in one of the shapes; y points up. */
function isIn(shapes: readonly Capsule[], x: number, y: number): boolean {
  return shapes.some(({ from, to, radius }) => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(Math.max(along, 0), 1);
    return Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy) <= radius + 1e-9;
  });
}

describe('drawing', () => {
  it('draws goal and block of the same shape, the field, and the disc last', () => {
    const env = pusht();
    const [x, y] = env.reset(3);
    const { shapes, center, width } = env.draw();
    expect([...center, width]).toEqual([256, -256, (4 / 3) * 512]);
    const [disc] = shapes.slice(-1);
    expect(disc).toMatchObject({ from: [x, -y], to: [x, -y], radius: 15 });
    const lengths = (red: number) =>
      painted(shapes, red).map(
        ({ from, to, radius }) => Math.hypot(from[0] - to[0], from[1] - to[1]) + 2 * radius,
      );
    expect(lengths(gray)).toBeAllclose(lengths(green), { atol: 1e-9 });
    // Bar and stem are as long as they are wide from end to end.
    expect(lengths(gray)[0]).toBeCloseTo(120, 9);
    // The middle of the goal's bar is 15 px below its origin, seen from above and turned by 45°.
    const [{ from, to }] = painted(shapes, green);
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const along = 15 * Math.SQRT1_2;
    expect(middle).toBeAllclose([goal.x - along, -(goal.y + along)], { atol: 1e-9 });
  });

  it('fills the field up to its corners, and nothing beside it', () => {
    const field = painted(drawing(goal, [256, 256]).shapes, white);
    // A rim of 3 px is 1.24 px away from a corner.
    const inside = [1, 2, 4, 8, 16, 30, 60, 80, 120, 200, 256].flatMap((at) => [at, 512 - at]);
    for (const x of inside) {
      for (const y of inside) expect(isIn(field, x, -y), `${x}, ${y}`).toBe(true);
      for (const y of [-0.5, 512.5]) {
        expect(isIn(field, x, -y), `${x}, ${y}`).toBe(false);
        expect(isIn(field, y, -x), `${y}, ${x}`).toBe(false);
      }
    }
  });

  it('fills bar and stem of a block up to their corners', () => {
    const block = painted(drawing({ x: 100, y: 200, angle: 0 }, [256, 256]).shapes, gray);
    for (const x of [-59, -57, -50, -20, 0, 20, 50, 57, 59]) {
      for (const y of [1, 3, 8, 15, 22, 27, 29]) expect(isIn(block, 100 + x, -200 - y)).toBe(true);
    }
    for (const x of [-14, -10, 0, 10, 14]) {
      for (const y of [30, 60, 110, 119]) expect(isIn(block, 100 + x, -200 - y)).toBe(true);
      expect(isIn(block, 100 + x, -200 - 120.5)).toBe(false);
    }
    for (const x of [-15.5, 15.5]) expect(isIn(block, 100 + x, -200 - 60)).toBe(false);
  });
});
