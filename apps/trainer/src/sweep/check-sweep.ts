import { serverOf } from '../cluster/server-of.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { ourName } from '../options/option-layers.ts';
import { checkOutFolder } from '../runs/check-out.ts';
import { checkNotInUse } from '../runs/open-folder.ts';
import { checkAway, checkPolicyAway } from './away.ts';
import { named, optionsOf, type Plan, planOf } from './plan.ts';
import { decidedBySweep, type SweepOptions, varied } from './sweep-options.ts';

/** A sweep that can begin, or go on. */
export interface CheckedSweep {
  readonly options: SweepOptions;
  readonly plan: Plan;
}

/**
 * What a sweep is to compute, and its options.
 *
 * @throws Error naming what does not fit; nothing is made
 */
export async function checkSweep(options: SweepOptions): Promise<CheckedSweep> {
  const { seeds, halving, median, runDir, resume, autoResume = false } = options;
  if (resume !== undefined && !autoResume) checkNotInUse(resume);
  // With autoResume the folder may be one that a killed process left: whoever opens it tells.
  if (resume === undefined && runDir !== undefined && !autoResume) checkOutFolder(runDir, '--run-dir');
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) throw new Error(`--seeds: found ${twice} twice, wanted each once`);
  if (halving && median) throw new Error('--median: found with --halving, wanted one of them');
  checkNames(options);
  if (options.cluster !== undefined) serverOf(options.cluster, options);
  const plan = await planOf(options);
  if (options.cluster !== undefined) await checkEachAway(plan);
  return { options, plan };
}

/** @throws Error naming a configuration that workers may not compute */
async function checkEachAway({ configurations }: Plan): Promise<void> {
  for (const each of configurations)
    await named(each, async () => {
      const own = optionsOf(each.line);
      checkAway(own);
      if (own.policy !== undefined) await checkPolicyAway(own.policy);
    });
}

function checkNames({ options, grid = {}, list = [], random }: SweepOptions): void {
  for (const [section, all] of [
    ['options', [options]],
    ['grid', [grid]],
    ['list', list],
    ['random', [random?.options ?? {}]],
  ] as const) {
    const names = all.flatMap((each) => Object.keys(each));
    const wrong = names.find((name) => !varied.includes(name));
    if (wrong === undefined) continue;
    if (wrong === 'seed') throw new Error(`--${section}: found seed, wanted seeds beside ${section}`);
    if (decidedBySweep.includes(wrong))
      throw new Error(`--${section}: found ${wrong}, which the sweep decides for each of its jobs`);
    throw new Error(
      `--${section}: unknown option ${wrong}${ourName(wrong, finetuneOptions.shape)}, wanted those of dppo finetune`,
    );
  }
}
