import { writeWhole } from '@dppo/checkpoint';

import type { RecordedRun } from '../runs/recorded-run.ts';
import { provenance } from '../runs/provenance.ts';
import { learningCurve } from './plot.ts';

/** What a band around the mean of an evaluation is. */
export const bandName = 'shaded: ± 1 standard deviation over episodes';

/** Writes the evaluations of runs against environment steps as an SVG picture, those of one run with their deviation. */
export async function writeCurves(path: string, runs: readonly RecordedRun[]): Promise<void> {
  // Bands of many runs would hide one another.
  const band = runs.length === 1;
  const svg = await learningCurve({
    title: 'Deterministic return while fine-tuning',
    subtitle: [...provenance(runs), ...(band ? [bandName] : [])],
    x: { label: 'environment steps' },
    y: { label: 'mean return' },
    series: runs.map(({ name, evaluations }) => ({
      name,
      points: evaluations.map(({ envSteps, mean, std }) => ({
        x: envSteps,
        y: mean,
        ...(band && { low: mean - std, high: mean + std }),
      })),
    })),
  });
  await writeWhole(path, svg);
}
