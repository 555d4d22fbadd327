import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startAdvice } from '../finetune/start-advice.ts';
import { settled } from '../finetune/starting-spec.ts';
import { readLine } from '../options/command-line.ts';
import { type Check, tried } from './doctor-check.ts';

/** Whether `dppo finetune` would begin with the options in a file, and what it would say of them. */
export async function configChecks(file: string): Promise<Check[]> {
  const name = `config ${file}`;
  let advice: readonly string[] = [];
  const fits = await tried(name, 'broken', async () => {
    const asked = readLine('finetune', finetuneOptions, { config: file, set: [], named: {} });
    const { options, spec } = await settled(asked.options);
    if (spec !== undefined) advice = startAdvice(spec, options);
    return advice.length === 0 ? 'dppo finetune begins with it' : 'dppo finetune begins with it, and says:';
  });
  return [fits, ...advice.map((found): Check => ({ name, state: 'advice', found }))];
}
