import { endAtSuccess, type Env, taskLength, timeLimit } from '@dppo/env';
import type { TaskSpec } from '@dppo/policy/head';

/** An environment whose episodes end where the task of a policy says so, and where `endsAtLimit` its last step is the task's end. */
export function episodeOf(env: Env, task: TaskSpec, endsAtLimit = false): Env {
  const ended = task.endAtSuccess === true ? endAtSuccess(env) : env;
  return (endsAtLimit ? taskLength : timeLimit)(ended, task.maxEpisodeSteps);
}
