import type { Series } from './plot.ts';

type Point = Series['points'][number];

/**
 * At most 4 · `parts` points of a curve: of each of so many equal parts of its range of x the lowest and the highest, of the line and of its
 * band, and the first and the last of all; in their order.
 */
export function thinned<P extends Point>(points: readonly P[], parts: number): readonly P[] {
  if (points.length <= 4 * parts) return points;
  const most = points.reduce((max, { x }) => Math.max(max, x), -Infinity);
  const least = points.reduce((min, { x }) => Math.min(min, x), Infinity);
  const kept: (readonly number[])[] = Array.from({ length: parts }, () => []);
  for (const [i, point] of points.entries()) {
    const part = Math.floor((parts * (point.x - least)) / (most - least)) || 0;
    const place = Math.min(part, parts - 1);
    kept[place] = outermost(points, [...kept[place], i]);
  }
  const chosen = new Set([0, ...kept.flat(), points.length - 1]);
  return points.filter((_, i) => chosen.has(i));
}

/** Of points by their numbers those with the least and the greatest y, low end and high end: four, or fewer. */
function outermost(points: readonly Point[], some: readonly number[]): readonly number[] {
  if (some.length <= 2) return some;
  const heights: readonly ((i: number) => number)[] = [
    (i) => points[i].y,
    (i) => -points[i].y,
    (i) => points[i].low ?? points[i].y,
    (i) => -(points[i].high ?? points[i].y),
  ];
  return [...new Set(heights.map((height) => some.reduce((a, b) => (height(b) < height(a) ? b : a))))];
}
