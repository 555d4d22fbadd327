import { given } from '../options/given.ts';
import { related } from '../options/relation.ts';
import { steppedOf } from '../runs/policy-in.ts';
import { actingPolicy } from '../tasks/check-task.ts';
import { type FinetuneOptions, finetuneOptions } from './finetune-options.ts';
import type { StartOptions } from './start-options.ts';
import { startSettings } from './start-settings.ts';
import { settled } from './starting-spec.ts';

/**
 * The options of `dppo start` as they are run, with what the policy decides of those that are left open.
 *
 * @throws Error naming the policy that is neither a diffusion policy nor a flow, or the option that does not fit it
 */
export async function startSettled(options: StartOptions): Promise<{ readonly options: FinetuneOptions }> {
  const { policy, spec, fineTuned } = await actingPolicy(options.policy, options.envTimeout);
  const settings = startSettings({ spec: steppedOf(policy, spec), fineTuned });
  const said = given(options);
  const asked = await settled(finetuneOptions.parse({ ...settings, ...said }));
  return { options: related(finetuneOptions, asked.options, said) };
}
