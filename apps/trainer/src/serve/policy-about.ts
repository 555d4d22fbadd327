import type { PolicySpec } from '@dppo/policy/head';

import { basename } from 'node:path';

/** What `GET /policy` says of a policy: its sizes, its ranges in the robot's units, how it samples, and what it is for. */
export function policyAbout({ network, sampler, bounds, task }: PolicySpec, maxBatch: number): object {
  const { kind, obsDim, actionDim, condSteps, horizonSteps } = network;
  return {
    task: task.kind === 'gymnasium' ? task.id : task.kind === 'named' ? task.name : basename(task.path),
    network: kind,
    obsDim,
    condSteps,
    actionDim,
    // Of the chunks that are given, which have no past.
    horizonSteps: horizonSteps - (task.firstAction ?? 0),
    actSteps: task.actSteps,
    bounds,
    sampler,
    maxBatch,
  };
}
