import writeFileAtomic from 'write-file-atomic';

import type { Evaluated } from './finetune.ts';
import { learningCurve } from './plot.ts';

/** Writes evaluations against environment steps as an SVG picture, mean ± standard deviation. */
export async function writeCurve(
  path: string,
  runs: readonly { readonly name: string; readonly evaluations: readonly Evaluated[] }[],
): Promise<void> {
  const svg = await learningCurve({
    title: 'Deterministic return while fine-tuning',
    xLabel: 'environment steps',
    yLabel: 'mean return',
    series: runs.map(({ name, evaluations }) => ({
      name,
      points: evaluations.map(({ envSteps, mean, std }) => ({
        x: envSteps,
        y: mean,
        low: mean - std,
        high: mean + std,
      })),
    })),
  });
  await writeFileAtomic(path, svg);
}
