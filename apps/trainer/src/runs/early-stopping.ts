import type { Evaluated } from './metrics-file.ts';

export interface EarlyStopping {
  readonly targetReturn?: number | undefined;
  readonly patience?: number | undefined;
}

/** Whether the latest evaluation is better than all before it. */
export function isBest(evaluations: readonly Evaluated[]): boolean {
  return bestIndex(evaluations) === evaluations.length - 1;
}

/** Why to train no more: the return that was asked for is reached, or has not risen for long; undefined to go on. */
export function enough(
  evaluations: readonly Evaluated[],
  { targetReturn = Infinity, patience = Infinity }: EarlyStopping,
): string | undefined {
  const latest = evaluations.at(-1);
  if (latest === undefined) return undefined;
  if (latest.mean >= targetReturn) return `the mean return reached ${targetReturn}`;
  const index = bestIndex(evaluations);
  if (evaluations.length - 1 - index < patience) return undefined;
  const { mean, iteration } = evaluations[index];
  return `no better evaluation in ${patience} than ${mean.toFixed(0)} after iteration ${iteration}, which is best.safetensors`;
}

/** The best of at least one evaluation; of several that are equal, the first. */
export function bestOf(evaluations: readonly Evaluated[]): Evaluated {
  return evaluations[bestIndex(evaluations)];
}

/** Of several that are equal, the first. */
function bestIndex(evaluations: readonly Evaluated[]): number {
  return evaluations.reduce((best, { mean }, i) => (mean > evaluations[best].mean ? i : best), 0);
}
