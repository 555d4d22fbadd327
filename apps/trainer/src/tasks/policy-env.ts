import { type Bounds, type Env, multiStep, normalize, timeLimit } from '@dppo/env';

import { type TaskName, tasks } from './tasks.ts';

/** What a worker thread needs to make an environment. */
export interface PolicyEnvOptions {
  readonly environment: TaskName;
  readonly bounds: Bounds;
  readonly condSteps: number;
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

/** One environment as the policies see it: normalised, with a time limit, in chunks of actions. */
export default async function policyEnv({
  environment,
  bounds,
  condSteps,
  actSteps,
  maxEpisodeSteps,
}: PolicyEnvOptions): Promise<Env> {
  const robot = await tasks[environment].make();
  return multiStep(timeLimit(normalize(robot, bounds), maxEpisodeSteps), { condSteps, actSteps });
}
