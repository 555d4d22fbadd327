import { existsSync } from 'node:fs';

import type { PolicySpec } from '../policy/policy-spec.ts';
import { taskOf } from './task-of.ts';
import { nameOf } from './task-spec.ts';

/** @throws Error naming the policy whose environment is gone or has other sizes than the policy */
export async function checkTask(
  policy: string,
  { environment, obsDim, actionDim }: PolicySpec,
): Promise<void> {
  if (environment.kind !== 'named' && !existsSync(environment.path))
    throw new Error(`--policy ${policy}: its environment is gone, expected the file ${environment.path}`);
  const task = await taskOf(environment);
  if (obsDim !== task.obsDim || actionDim !== task.actionDim) {
    throw new Error(
      `--policy ${policy}: for observations of ${obsDim} and actions of ${actionDim} numbers, expected ${task.obsDim} and ${task.actionDim} as in ${nameOf(environment)}`,
    );
  }
}
