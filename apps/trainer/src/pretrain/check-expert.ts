import { checkApart, checkOut, checkOutFolder } from '../runs/check-out.ts';
import { taskNamed } from '../tasks/task-place.ts';
import type { ExpertOptions } from './expert-options.ts';

/** How many of the longest episodes fit between two checkpoints by default. */
const EPISODES = 5;

/** Iterations between two checkpoints, where the options leave it open as well. */
export function saveEveryOf({ saveEvery, steps, maxEpisodeSteps }: ExpertOptions): number {
  return saveEvery ?? Math.ceil((EPISODES * maxEpisodeSteps) / steps);
}

/** @throws Error where there is no such environment, or no room for the policy */
export function checkExpert(options: ExpertOptions): { readonly options: ExpertOptions } {
  const { out, runDir, resume, autoResume } = options;
  taskNamed(options.environment);
  if (resume === undefined) {
    checkOut(out, '--out');
    checkApart(out, runDir);
    if (runDir !== undefined && autoResume !== true) checkOutFolder(runDir, '--run-dir');
  }
  return { options: { ...options, saveEvery: saveEveryOf(options) } };
}
