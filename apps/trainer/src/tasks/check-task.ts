import { existsSync } from 'node:fs';

import { type PolicyHead, type PolicySpec, readHead } from '@dppo/policy/head';

import { policyIn } from '../runs/policy-in.ts';
import { nameOf } from './task-place.ts';
import { taskOf } from './task-of.ts';
import { isTaskName, taskNames } from './tasks.ts';

/**
 * The file of a policy that can act, or the one in the folder of a run, and what it is.
 *
 * @throws Error naming the policy that is none, or does not fit its environment
 */
export async function actingPolicy(
  path: string,
  envTimeout?: number,
): Promise<PolicyHead & { readonly policy: string }> {
  const policy = policyIn(path);
  const head = await readHead(policy);
  await checkTask(policy, head.spec, envTimeout);
  return { policy, ...head };
}

/** @throws Error naming the policy whose environment is unknown, gone, or has other sizes than the policy */
export async function checkTask(
  policy: string,
  { task, network: { obsDim, actionDim } }: PolicySpec,
  envTimeout?: number,
): Promise<void> {
  if (task.kind === 'named' && !isTaskName(task.name))
    throw new Error(`--policy ${policy}: for the task ${task.name}, wanted one of ${taskNames.join(', ')}`);
  if ('path' in task && !existsSync(task.path))
    throw new Error(`--policy ${policy}: its environment is gone, wanted the file ${task.path}`);
  const found = await taskOf(task, envTimeout);
  if (obsDim !== found.obsDim || actionDim !== found.actionDim) {
    throw new Error(
      `--policy ${policy}: for observations of ${obsDim} and actions of ${actionDim} numbers, wanted ${found.obsDim} and ${found.actionDim} as in ${nameOf(task)}`,
    );
  }
}
