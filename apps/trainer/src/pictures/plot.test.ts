import { describe, expect, it } from 'vitest';
import { learningCurve } from './plot.ts';

const labels = { title: 'Return & <loss>', x: { label: 'iteration' }, y: { label: 'return' } };
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

  it('counts small numbers in a power of ten, and large ones in thousands and millions', async () => {
    const points = [1, 2, 3].map((i) => ({ x: 500_000 * i, y: 1.1e-6 * i, low: 0, high: 4e-6 }));
    const x = { label: 'environment steps' };
    const y = { label: 'KL', unit: 'nats' };
    const svg = await learningCurve({ ...labels, x, y, series: [{ name: 'KL', points }] });
    expect(svg).toContain('>KL, 1e-6 nats</text>');
    for (const tick of ['4.0', '1M', '1.2M']) expect(svg).toContain(`>${tick}</text>`);
    expect(svg).not.toMatch(/>0\.000|000<\/text>/);
  });

  it('has ticks at whole iterations alone', async () => {
    const points = [1, 2, 3].map((x) => ({ x, y: 0.5 }));
    const svg = await learningCurve({ ...labels, series: [{ name: 'few', points }] });
    const axis = /role-axis-label.*?<\/g>/s.exec(svg)?.[0] ?? '';
    expect(Array.from(axis.matchAll(/>([^<]+)<\/text>/g), ([, text]) => text)).toEqual(['1', '2', '3']);
  });

  it('says below its title what it is about', async () => {
    const subtitle = ['hopper, seed 42', 'shaded: ± 1 standard deviation'];
    const svg = await learningCurve({ ...labels, subtitle, series: [straight] });
    for (const line of subtitle) expect(svg).toContain(line);
  });

  it('keeps the names of its lines within the picture', async () => {
    const series = Array.from({ length: 7 }, (_, i) => ({
      ...straight,
      name: `reference-weights-seed-${i}`,
    }));
    const svg = await learningCurve({ ...labels, series });
    const legend = svg.slice(svg.indexOf('role-legend-entry'));
    const entries = legend.matchAll(/translate\(([\d.]+),[\d.]+\)"[^(]*role-legend-symbol/g);
    const ends = Array.from(entries, ([, left]) => Number(left) + 24 * 13);
    expect(ends).toHaveLength(7);
    for (const end of ends) expect(end).toBeLessThan(760);
  });

  it('brings colours for dark pages', async () => {
    const svg = await learningCurve({ ...labels, series: [straight] });
    expect(svg).toMatch(/^<svg [^>]*><style>@media \(prefers-color-scheme: dark\) \{/);
  });

  it('refuses a chart without series', async () => {
    await expect(learningCurve({ ...labels, series: [] })).rejects.toThrow(
      new RangeError('learningCurve: 0 series, wanted one or more'),
    );
  });
});
