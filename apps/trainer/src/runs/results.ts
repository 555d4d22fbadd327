import { bestOf } from './early-stopping.ts';
import type { Evaluated } from './metrics-file.ts';
import type { RecordedRun } from './recorded-run.ts';

/** What a run came to. */
export interface Results {
  readonly before: Evaluated;
  readonly after: Evaluated;
  /** The policy that was chosen: the one with the best evaluation. */
  readonly best: Evaluated;
  /** Whether the episodes chose nothing: not so where the run has not ended, or none were played. */
  readonly independent: boolean;
}

/** What a run came to on the episodes of its reports, or on those that chose its policies where it has none. */
export function results({
  evaluations,
  reports,
}: Pick<RecordedRun, 'evaluations' | 'reports'>): Results | undefined {
  if (evaluations.length === 0) return undefined;
  const chosen = {
    before: evaluations[0],
    after: evaluations[evaluations.length - 1],
    best: bestOf(evaluations),
  };
  const [before, after, best] = [chosen.before, chosen.after, chosen.best].map(({ iteration }) =>
    reports.findLast((report) => report.iteration === iteration),
  );
  return before && after && best
    ? { before, after, best, independent: true }
    : { ...chosen, independent: false };
}
