import type { Misfit } from './noise-misfits.ts';
import type { PolicySpec } from './spec.ts';

/** What of the actions that are executed is not in a chunk, or not of such a policy. */
export function windowMisfits({ network, sampler, task }: PolicySpec): Misfit[] {
  const { actSteps, firstAction = 0 } = task;
  const found: Misfit[] = [];
  if (actSteps > network.horizonSteps - firstAction) {
    const less = firstAction > 0 ? ` without the ${firstAction} before task.firstAction` : '';
    found.push(['task.actSteps', actSteps, `at most network.horizonSteps, ${network.horizonSteps}${less}`]);
  }
  if (firstAction > 0 && (sampler.kind === 'gaussian' || sampler.kind === 'flow'))
    found.push(['task.firstAction', firstAction, `none for sampler.kind ${sampler.kind}`]);
  return found;
}
