import { corners, goal, type Pose } from '@dppo/pusht';
import { describe, expect, it } from 'vitest';

import { avoidScene } from './avoid-scene.ts';
import { pushtScene } from './pusht-scene.ts';
import { trajectoryPlot } from './trajectory-plot.ts';

/** What is observed from the start along straight lines of ten steps. */
function along(...turns: readonly (readonly [x: number, y: number])[]): Float32Array[] {
  const start = [0.525, -0.28] as const;
  return [start, ...turns].flatMap(([x, y], i, all) => {
    const [toX, toY] = all[Math.min(i + 1, all.length - 1)];
    return Array.from({ length: 10 }, (_, t) => at(x + ((toX - x) * t) / 10, y + ((toY - y) * t) / 10));
  });
}

function at(x: number, y: number): Float32Array {
  return Float32Array.of(x, y, x, y);
}

/** PushT with its disc at 50, 60. */
function block(pose: Pose): Float32Array {
  return Float32Array.of(...corners(pose), 50, 60);
}

const beside = along([0.7, -0.2], [0.72, 0.45]);
const through = along([0.5, -0.1], [0.5, 0.45]);
const short = along([0.7, -0.2], [0.72, 0.39]);
const outside = along([0.7, -0.2], [0.81, 0.45]);

const panels = [
  { name: 'before & <first>', episodes: [beside, through, short] },
  { name: 'after', episodes: [beside, beside] },
];

const marks = (svg: string, role: string): RegExpMatchArray[] => [
  ...svg.matchAll(new RegExp(`<path[^>]*aria-roledescription="${role}"[^>]*>`, 'g')),
];

describe('avoidScene', () => {
  it('arrives past the finish, inside the field and beside the obstacles', () => {
    expect([beside, through, short, outside].map(avoidScene.outcomeOf)).toEqual([
      'arrives',
      'touches an obstacle',
      'does not arrive',
      'does not arrive',
    ]);
  });

  it('touches an obstacle of radius 0.03 with a rod of radius 0.01 at 0.039, not at 0.041', () => {
    // the first obstacle is at x = 0.5, y = −0.1
    const trajectories = [0.039, 0.041].map((distance) => [at(0.5, -0.1 - distance)]);
    expect(trajectories.map(avoidScene.outcomeOf)).toEqual(['touches an obstacle', 'does not arrive']);
  });
});

describe('pushtScene', () => {
  const { outcomeOf, movers } = pushtScene;

  it('tells by where the block is in the end how much of the goal it covers', () => {
    const ends = [goal, { ...goal, x: goal.x + 20 }, { ...goal, x: goal.x + 200 }].map(block);
    expect(ends.map((end) => outcomeOf([block(goal), end]))).toEqual([
      'covers the goal',
      'covers half of it',
      'covers less',
    ]);
  });

  it('outlines all of a block that lies straight', () => {
    const outline = movers[1].outlineIn?.(block({ x: 0, y: 0, angle: 0 })) ?? [];
    // 120 + 30 + 45 + 90 + 30 + 90 + 45 + 30
    const length = outline.slice(1).reduce((sum, [x, y], i) => {
      const [fromX, fromY] = outline[i];
      return sum + Math.abs(x - fromX) + Math.abs(y - fromY);
    }, 0);
    expect(length).toBe(480);
    expect(outline.at(-1)).toEqual(outline[0]);
    expect(movers[1].placeIn(block({ x: 7, y: 5, angle: 0 }))).toEqual([7, 35]);
  });
});

describe('trajectoryPlot', () => {
  it('draws each trajectory, and the six obstacles and the finish in each panel', async () => {
    const svg = await trajectoryPlot(avoidScene, panels, ['avoid, seed 1']);
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
    const circles = marks(await trajectoryPlot(avoidScene, panels.slice(1), []), 'circle').map(([circle]) => {
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

  it('draws disc and block of PushT in rows of their own, with the goal in each and the block as it ends, y downwards', async () => {
    const episodes = [[block({ x: 100, y: 400, angle: 0 }), block(goal)], [block(goal)]];
    const svg = await trajectoryPlot(pushtScene, [{ name: 'before', episodes }], []);
    // Two lines and a goal for the disc, and as many and two outlines for the block.
    expect(marks(svg, 'line mark')).toHaveLength(3 + 5);
    expect(svg.match(/>before: 2 of 2 cover the goal</g)).toHaveLength(2);
    for (const mover of ['the disc', 'the block, and where it is in the end'])
      expect(svg).toContain(`>${mover}<`);
    const [left, top] = corners(goal);
    const [, x, y] = / d="M([^,]+),([^L]+)L/.exec(marks(svg, 'line mark')[0][0]) ?? [];
    expect(Number(x)).toBeCloseTo(0.75 * left, 3);
    expect(Number(y)).toBeCloseTo(0.75 * top, 3);
  });

  it('refuses a plot without panels', async () => {
    await expect(trajectoryPlot(avoidScene, [], [])).rejects.toThrow(
      new RangeError('trajectoryPlot: 0 panels, wanted one or more'),
    );
  });
});
