import { describe, expect, it } from 'vitest';

import { outcomeOf, type Trajectory, trajectoryPlot } from './trajectory-plot.ts';

/** From the start along straight lines of ten steps. */
function along(...corners: readonly (readonly [x: number, y: number])[]): Trajectory {
  const start = [0.525, -0.28] as const;
  return [start, ...corners].flatMap(([x, y], i, all) => {
    const [toX, toY] = all[Math.min(i + 1, all.length - 1)];
    return Array.from({ length: 10 }, (_, t) => ({
      x: x + ((toX - x) * t) / 10,
      y: y + ((toY - y) * t) / 10,
    }));
  });
}

const beside = along([0.7, -0.2], [0.72, 0.45]);
const through = along([0.5, -0.1], [0.5, 0.45]);
const short = along([0.7, -0.2], [0.72, 0.39]);
const outside = along([0.7, -0.2], [0.81, 0.45]);

const panels = [
  { name: 'before & <first>', trajectories: [beside, through, short] },
  { name: 'after', trajectories: [beside, beside] },
];

const marks = (svg: string, role: string): RegExpMatchArray[] => [
  ...svg.matchAll(new RegExp(`<path[^>]*aria-roledescription="${role}"[^>]*>`, 'g')),
];

describe('outcomeOf', () => {
  it('arrives past the finish, inside the field and beside the obstacles', () => {
    expect([beside, through, short, outside].map(outcomeOf)).toEqual([
      'arrives',
      'touches an obstacle',
      'does not arrive',
      'does not arrive',
    ]);
  });

  it('touches an obstacle of radius 0.03 with a rod of radius 0.01 at 0.039, not at 0.041', () => {
    // the first obstacle is at x = 0.5, y = −0.1
    const trajectories = [0.039, 0.041].map((distance) => [{ x: 0.5, y: -0.1 - distance }]);
    expect(trajectories.map(outcomeOf)).toEqual(['touches an obstacle', 'does not arrive']);
  });
});

describe('trajectoryPlot', () => {
  it('draws each trajectory, and the six obstacles and the finish in each panel', async () => {
    const svg = await trajectoryPlot(panels, ['avoid, seed 1']);
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    expect(marks(svg, 'line mark')).toHaveLength(3 + 2 + 2);
    expect(marks(svg, 'circle')).toHaveLength(6 * 2);
    for (const text of [
      'before &amp; &lt;first&gt;: 1 of 3 arrive',
      'after: 2 of 2 arrive',
      'x, m',
      'avoid, seed 1',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it('draws obstacles in the scale of the axes, 400 pixels for 1 m', async () => {
    const circles = marks(await trajectoryPlot(panels.slice(1), []), 'circle').map(([circle]) => {
      const [x, y, radius] = (/translate\(([^,]+),([^)]+)\)" d="M([^,]+),0/.exec(circle) ?? [])
        .slice(1)
        .map(Number);
      return { x, y, radius };
    });
    const [first, left, right] = circles;
    expect(first.radius).toBeCloseTo(0.03 * 400, 3);
    expect(left.radius).toBeCloseTo(0.025 * 400, 3);
    expect(right.x - left.x).toBeCloseTo(0.15 * 400, 3);
    expect(first.y - left.y).toBeCloseTo(0.18 * 400, 3);
  });

  it('refuses a plot without panels', async () => {
    await expect(trajectoryPlot([], [])).rejects.toThrow(
      new RangeError('trajectoryPlot: 0 panels, wanted one or more'),
    );
  });
});
