import { type Env, multiStep, normalize } from '@dppo/env';
import type { BoundsSpec, TaskSpec } from '@dppo/policy/head';

import { episodeOf } from './episode-of.ts';
import { envsOf } from './own-task.ts';
import { namedTask } from './tasks.ts';

/** What a worker thread needs to make an environment. */
export interface PolicyEnvOptions {
  readonly task: Exclude<TaskSpec, { kind: 'gymnasium' }>;
  readonly bounds: BoundsSpec;
  readonly condSteps: number;
}

/** One environment as the policies see it: normalised, with a time limit, in chunks of actions. */
export default async function policyEnv(
  { task, bounds, condSteps }: PolicyEnvOptions,
  index: number,
): Promise<Env> {
  const { make, endsAtLimit } = task.kind === 'named' ? namedTask(task.name) : await envsOf(task);
  const env = normalize(await make(index), bounds);
  return multiStep(episodeOf(env, task, endsAtLimit), { condSteps, actSteps: task.actSteps });
}
