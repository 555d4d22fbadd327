import { withDigest } from '../runs/differing.ts';
import { readRun } from '../runs/recorded-run.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';
import { writtenOut } from '../runs/written-out.ts';
import { type Axes, curvesOf } from './write-curves.ts';

/** `dppo plot`: the evaluations of several runs in one picture, those that differ in their seeds alone as one line. */
export async function plotRuns(
  dirs: readonly string[],
  { out, ...axes }: Axes & { readonly out: string },
  say: (line: string) => void,
): Promise<void> {
  refuseExisting(out, '--out');
  const runs = dirs.map((dir) => withDigest(readRun(dir), dir));
  for (const sentence of runs.flatMap(({ unreadable }) => unreadable)) say(sentence);
  await writtenOut(out, () => curvesOf(runs, { ...axes, say }));
}
