import { type Bounds, type Env, multiStep, normalize, timeLimit } from '@dppo/env';

import { makerOf } from './own-task.ts';
import type { TaskSpec } from './task-spec.ts';
import { tasks } from './tasks.ts';

/** What a worker thread needs to make an environment. */
export interface PolicyEnvOptions {
  readonly environment: TaskSpec;
  readonly bounds: Bounds;
  readonly condSteps: number;
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

/** One environment as the policies see it: normalised, with a time limit, in chunks of actions. */
export default async function policyEnv(
  { environment, bounds, condSteps, actSteps, maxEpisodeSteps }: PolicyEnvOptions,
  index: number,
): Promise<Env> {
  const make = environment.kind === 'named' ? tasks[environment.name].make : await makerOf(environment);
  const env = await make(index);
  return multiStep(timeLimit(normalize(env, bounds), maxEpisodeSteps), { condSteps, actSteps });
}
