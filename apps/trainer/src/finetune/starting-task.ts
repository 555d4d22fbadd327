import type { SteppedSpec, TaskSpec } from '@dppo/policy/head';

import { given } from '../options/given.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/**
 * Where a policy acts as it is fine-tuned, with what the options may change of that.
 *
 * @throws Error naming an option that asks for more actions than are predicted or executed, or for the success of an environment of Gymnasium
 */
export function startingTask(
  { task, network }: Pick<SteppedSpec, 'task' | 'network'>,
  options: FinetuneOptions,
): TaskSpec {
  const { actSteps = task.actSteps, maxEpisodeSteps = task.maxEpisodeSteps } = options;
  const { firstAction = 0 } = task;
  const ahead = network.horizonSteps - firstAction;
  const predicted = `what the policy predicts${firstAction > 0 ? ' from the present on' : ''}`;
  const { rewardHorizon = actSteps } = options;
  for (const [option, found, most, what] of [
    ['--act-steps', actSteps, ahead, predicted],
    ['--reward-horizon', rewardHorizon, ahead, predicted],
    ['--act-steps', actSteps, maxEpisodeSteps, 'the steps of an episode'],
  ] as const) {
    if (found > most) throw new Error(`${option}: found ${found}, wanted at most ${most}, ${what}`);
  }
  const { endAtSuccess = task.endAtSuccess } = options;
  if (endAtSuccess === true && task.kind === 'gymnasium')
    throw new Error(
      `--end-at-success: found with gym:${task.id}, wanted an environment whose steps say success`,
    );
  return { ...task, actSteps, maxEpisodeSteps, ...given({ endAtSuccess }) };
}
