import { describe, expect, it } from 'vitest';
import { learningCurve } from './plot.ts';

const labels = { title: 'Return & <loss>', xLabel: 'iteration', yLabel: 'return' };
const straight = { name: 'straight', points: [0, 1, 2].map((x) => ({ x, y: x })) };

const count = (svg: string, pattern: RegExp): number => svg.match(pattern)?.length ?? 0;
const lines = /<path[^>]*aria-roledescription="line mark"/g;
const dots = /<path[^>]*aria-roledescription="point"/g;
const areas = /<path[^>]*aria-roledescription="area mark"/g;

describe('learningCurve', () => {
  it('draws one line and its dots for each series, with title, axis labels and a legend', async () => {
    const svg = await learningCurve({ ...labels, series: [straight, { ...straight, name: 'other' }] });
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    expect([count(svg, lines), count(svg, dots), count(svg, areas)]).toEqual([2, 6, 0]);
    for (const text of ['Return &amp; &lt;loss&gt;', 'iteration', 'return', 'straight', 'other']) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it('draws a band for each series that has low and high', async () => {
    const banded = {
      name: 'banded',
      points: straight.points.map(({ x, y }) => ({ x, y, low: y - 1, high: y + 1 })),
    };
    const svg = await learningCurve({ ...labels, series: [straight, banded] });
    expect([count(svg, lines), count(svg, areas)]).toEqual([2, 1]);
  });

  it('has no legend for a single series and no dots on a line of a hundred points', async () => {
    const points = Array.from({ length: 100 }, (_, x) => ({ x, y: x % 7 }));
    const svg = await learningCurve({ ...labels, series: [{ name: 'alone', points }] });
    expect(count(svg, dots)).toBe(0);
    expect(svg).not.toContain('>alone</text>');
  });

  it('leaves a gap where a value is not finite', async () => {
    const points = [0, 1, Number.NaN, 3, 4].map((y, x) => ({ x, y }));
    const svg = await learningCurve({ ...labels, series: [{ name: 'gap', points }] });
    const line = /<path[^>]*aria-roledescription="line mark"[^>]* d="([^"]*)"/.exec(svg)?.[1] ?? '';
    expect(count(line, /M/g)).toBe(2);
    expect(svg).not.toContain('NaN');
  });

  it('refuses a chart without series', async () => {
    await expect(learningCurve({ ...labels, series: [] })).rejects.toThrow(
      new RangeError('learningCurve: 0 series, expected one or more'),
    );
  });
});
