import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { z } from 'zod';

import { refuseExisting } from './refuse-existing.ts';
import { type Curve, writeCurves } from './write-curves.ts';

const evaluated = z.object({
  'time/env_steps': z.number(),
  'eval/mean_reward': z.number(),
  'eval/std_reward': z.number(),
});

/** `dppo plot`: the evaluations of several runs in one picture, each under the name of its folder. */
export async function plotRuns(runs: readonly string[], out: string): Promise<void> {
  refuseExisting(out, '--out');
  await writeCurves(out, runs.map(curveOf));
}

function curveOf(run: string): Curve {
  const file = join(run, 'metrics.jsonl');
  if (!existsSync(file)) throw new Error(`plot ${run}: no metrics.jsonl in it, expected the folder of a run`);
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => evaluated.safeParse(JSON.parse(line)))
    .flatMap(({ data }) => (data ? [data] : []));
  return {
    name: basename(run),
    evaluations: rows.map((row) => ({
      envSteps: row['time/env_steps'],
      mean: row['eval/mean_reward'],
      std: row['eval/std_reward'],
    })),
  };
}
