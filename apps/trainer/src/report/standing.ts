import { latest, type RecordedRun } from '../runs/recorded-run.ts';

/** How far a run is. */
export interface Standing {
  readonly sentence: string;
  /** of what was asked for, 0 … 1; undefined where nothing says how much that is */
  readonly share: number | undefined;
}

/** A run that came to what was asked for has finished, however many iterations it took; others have still to go. */
export function standing({
  config,
  rows,
  history,
}: Pick<RecordedRun, 'config' | 'rows' | 'history'>): Standing {
  const { epochs, iterations = epochs, maxMinutes } = config;
  const unit = epochs === undefined ? 'iteration' : 'epoch';
  const [iteration, seconds] = ['iteration', 'time/seconds'].map((name) => latest(rows, name) || 0);
  const end = history.at(-1)?.end;
  if (end?.state === 'finished') return { sentence: `finished: ${end.why}`, share: 1 };
  const shares = [
    ...(iterations === undefined ? [] : [iteration / iterations]),
    ...(maxMinutes === undefined ? [] : [seconds / 60 / maxMinutes]),
  ];
  const ofIterations =
    iterations === undefined ? '' : ` of ${maxMinutes === undefined ? '' : 'at most '}${iterations}`;
  const ofMinutes = maxMinutes === undefined ? '' : `, ${(seconds / 60).toFixed(1)} of ${maxMinutes} minutes`;
  const far = `${unit} ${iteration}${ofIterations}${ofMinutes}`;
  return {
    sentence: end === undefined ? far : `${end.why}: ${far}`,
    share: shares.length === 0 ? undefined : Math.min(1, Math.max(...shares)),
  };
}

/** Seconds in words; nothing where they are not known. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
