import { readRun } from '../runs/recorded-run.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';
import { writtenOut } from '../runs/written-out.ts';
import { curvesOf } from './write-curves.ts';

/** `dppo plot`: the evaluations of several runs in one picture, each under the name of its folder. */
export async function plotRuns(
  dirs: readonly string[],
  out: string,
  say: (line: string) => void,
): Promise<void> {
  refuseExisting(out, '--out');
  const runs = dirs.map((dir) => readRun(dir));
  for (const sentence of runs.flatMap(({ unreadable }) => unreadable)) say(sentence);
  await writtenOut(out, () => curvesOf(runs));
}
