import type { PolicySpec } from '@dppo/policy/head';

import { nameOf, taskNamed } from '../tasks/task-place.ts';
import { type Description, digestOfOwn } from './description.ts';

/**
 * The policy of a description in the environment that this machine has: a task that comes with dppo, or what this process itself was told to take.
 *
 * @throws Error where it is another: nothing that is received is run
 */
export async function specHere(
  { spec, own }: Description,
  environment: string | undefined,
): Promise<PolicySpec> {
  const { task } = spec;
  if (task.kind === 'named') return spec;
  const option = task.kind === 'gymnasium' ? `--environment ${nameOf(task)}` : '--environment FILE';
  if (environment === undefined)
    throw new Error(
      `the environment of this run is none that comes with dppo, wanted ${option} of the worker as of the learner`,
    );
  const place = taskNamed(environment);
  const here = { ...spec, task: { ...task, ...place } };
  const isSame =
    task.kind === 'gymnasium'
      ? nameOf(place) === nameOf(task)
      : place.kind === task.kind && (await digestOfOwn(here)) === own;
  if (!isSame) throw new Error(`--environment ${environment}: found another one than the learner's`);
  return here;
}
