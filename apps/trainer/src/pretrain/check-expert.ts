import { checkOut, checkOutFolder } from '../runs/check-out.ts';
import { taskNamed } from '../tasks/task-place.ts';
import type { ExpertOptions } from './expert-options.ts';

/** How many of the longest episodes fit between two checkpoints by default. */
const EPISODES = 5;

/** Iterations between two checkpoints, where the options leave it open as well. */
export function saveEveryOf({ saveEvery, steps, maxEpisodeSteps }: ExpertOptions): number {
  return saveEvery ?? Math.ceil((EPISODES * maxEpisodeSteps) / steps);
}

/** @throws Error where there is no such environment, or no room for the policy, or episodes would never come to their end */
export function checkExpert(options: ExpertOptions): { readonly options: ExpertOptions } {
  const { steps, maxEpisodeSteps, out, runDir, resume } = options;
  taskNamed(options.environment);
  if (resume === undefined) {
    checkOut(out, '--out');
    if (runDir !== undefined) checkOutFolder(runDir, '--run-dir');
  }
  const saveEvery = saveEveryOf(options);
  if (saveEvery * steps < maxEpisodeSteps) {
    throw new Error(
      `--save-every: found ${saveEvery}, wanted at least ${Math.ceil(maxEpisodeSteps / steps)}: all episodes begin anew after each checkpoint, and one of --max-episode-steps ${maxEpisodeSteps} takes as many iterations of --steps ${steps}`,
    );
  }
  return { options: { ...options, saveEvery } };
}
