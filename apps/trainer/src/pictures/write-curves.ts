import { writeWhole } from '@dppo/files';

import { provenance } from '../runs/provenance.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import {
  axisOf,
  type Curve,
  type CurvePoint,
  curvesFor,
  type Drawn,
  type XAxis,
  type YAxis,
} from './curve.ts';
import { type Line, linesOf } from './lines.ts';
import { meanLine } from './mean-line.ts';
import { learningCurve, type Series } from './plot.ts';
import { thinned } from './thinned.ts';

/** Parts of a line's range of x, of which each has at most four points. */
const parts = 300;

/** What is drawn of runs, and against what. */
export interface Axes {
  readonly x?: XAxis | undefined;
  readonly y?: YAxis | undefined;
}

/** A run with what is drawn of it. */
type WithPoints = Drawn & { readonly points: readonly CurvePoint[] };

/** Writes the curve of a run to a file. */
export async function writeCurves(path: string, run: Drawn): Promise<void> {
  await writeWhole(path, await curvesOf([run]));
}

/**
 * The evaluations of runs as an SVG picture, those of one run with their deviation or interval; where no `y` is asked for, of runs that
 * were not evaluated the return while exploring, or the loss of their pre-training. Runs that differ in their seeds alone are one line, their mean, in a band that is its
 * bootstrap interval. What is left out is told to `say`.
 *
 * @throws Error where there is nothing to draw
 */
export async function curvesOf(
  runs: readonly Drawn[],
  { x, y, say = () => {} }: Axes & { readonly say?: (line: string) => void } = {},
): Promise<string> {
  const found = curvesFor(y).find((one) => runs.some((run) => pointsOf(run, one, x).length > 0));
  if (found === undefined) {
    const against = x === undefined ? '' : ` against ${x}`;
    const of = y === undefined ? '' : ` of ${y}`;
    throw new Error(`plot: nothing to draw${of}${against} in ${runs.map(({ name }) => name).join(', ')}`);
  }
  const all = runs.map((run): WithPoints => ({ ...run, points: pointsOf(run, found, x) }));
  for (const { name, points } of all)
    if (points.length === 0) say(`${name}: has nothing of "${found.title}"; left out`);
  const lines = joinable(linesOf(all.filter(({ points }) => points.length > 0)), say);
  const counts = [...new Set(lines.map((line) => line.runs.length))].filter((count) => count > 1);
  const few = counts.toSorted((one, other) => one - other);
  const [only] = lines.length === 1 && few.length === 0 ? lines[0].runs : [];
  const band = only?.points.some(({ low }) => low !== undefined) ? found.band : undefined;
  const seeds = `lines: means over ${few.join(' or ')} seeds; shaded: their 95 % intervals by bootstrap`;
  return learningCurve({
    title: found.title,
    subtitle: [
      ...provenance(runs),
      ...(band === undefined ? [] : [band]),
      ...(few.length > 0 ? [seeds] : []),
    ],
    x: axisOf(found, x ?? found.usual),
    y: { label: found.y },
    series: band === undefined ? lines.map((line) => seriesOf(line, few.length > 1)) : [banded(only)],
  });
}

function pointsOf(run: Drawn, curve: Curve, x: XAxis = curve.usual): CurvePoint[] {
  return curve.pointsOf(run, x).filter((point) => Number.isFinite(point.x));
}

/** Lines whose runs have iterations in common; runs that have none are drawn one by one. */
function joinable(
  lines: readonly Line<WithPoints>[],
  say: (line: string) => void,
): readonly Line<WithPoints>[] {
  return lines.flatMap((line) => {
    const { points, leftOut } = meanLine(line.runs.map((run) => run.points));
    if (points.length === 0) {
      const names = line.runs.map(({ name }) => name).join(', ');
      say(`${names}: have no iteration in common; drawn one by one`);
      return line.runs.map((run) => ({ name: run.name, runs: [run] }));
    }
    for (const [i, { name }] of line.runs.entries())
      if (leftOut[i].length > 0)
        say(`${name}: iterations ${some(leftOut[i])} are not in all runs of its line; left out of the mean`);
    return [line];
  });
}

function some(iterations: readonly number[]): string {
  const most = 8;
  const text = iterations.slice(0, most).join(', ');
  return iterations.length > most ? `${text}, … (${iterations.length})` : text;
}

function banded({ name, points }: WithPoints): Series {
  return { name, points: thinned(points, parts) };
}

function seriesOf({ name, runs }: Line<WithPoints>, isCounted: boolean): Series {
  if (runs.length === 1)
    return {
      name,
      points: thinned(
        runs[0].points.map(({ x, y }) => ({ x, y })),
        parts,
      ),
    };
  const points = thinned(meanLine(runs.map((run) => run.points)).points, parts);
  const intervals = bootstrapIntervals(points.map(({ values }) => values));
  return {
    name: isCounted ? `${name} (${runs.length} seeds)` : name,
    points: points.map(({ x, y }, i) => ({ x, y, low: intervals[i].low, high: intervals[i].high })),
  };
}
