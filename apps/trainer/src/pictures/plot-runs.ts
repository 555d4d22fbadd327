import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { readEvaluations } from '../run-folder/metrics-file.ts';
import { refuseExisting } from '../run-folder/refuse-existing.ts';
import { type Curve, writeCurves } from './write-curves.ts';

/** `dppo plot`: the evaluations of several runs in one picture, each under the name of its folder. */
export async function plotRuns(runs: readonly string[], out: string): Promise<void> {
  refuseExisting(out, '--out');
  await writeCurves(out, runs.map(curveOf));
}

function curveOf(run: string): Curve {
  const file = join(run, 'metrics.jsonl');
  if (!existsSync(file)) throw new Error(`plot ${run}: no metrics.jsonl in it, expected the folder of a run`);
  return { name: basename(run), evaluations: readEvaluations(file) };
}
