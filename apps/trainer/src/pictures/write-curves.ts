import { writeWhole } from '@dppo/checkpoint';

import type { Evaluated } from '../runs/metrics-file.ts';
import { learningCurve } from './plot.ts';

/** The evaluations of one run. */
export interface Curve {
  readonly name: string;
  readonly evaluations: readonly Pick<Evaluated, 'envSteps' | 'mean' | 'std'>[];
}

/** Writes evaluations against environment steps as an SVG picture, mean ± standard deviation. */
export async function writeCurves(path: string, curves: readonly Curve[]): Promise<void> {
  // Bands of many runs would hide one another.
  const band = curves.length === 1;
  const svg = await learningCurve({
    title: 'Deterministic return while fine-tuning',
    xLabel: 'environment steps',
    yLabel: 'mean return',
    series: curves.map(({ name, evaluations }) => ({
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
