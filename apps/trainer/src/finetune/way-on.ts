import { existsSync } from 'node:fs';

import { kebab } from '../options/option-layers.ts';
import { fileIn, type RunFolder } from '../runs/run-folder.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** Rates, each before its floor. */
const rates = [
  ['actorLr', 'actorMinLr'],
  ['criticLr', 'criticMinLr'],
  ['etaLr', 'etaMinLr'],
] as const;

/** The command that trains from where a run was before it diverged, at a tenth of its rates. */
export function wayOn(folder: RunFolder, iteration: number, options: FinetuneOptions): string {
  const policy = fileIn(folder, `policy-${iteration}.safetensors`);
  const lower = rates.flatMap(([rate, floor]) => {
    const { [rate]: value, [floor]: least = 0 } = options;
    if (value === undefined) return [];
    const tenth = Number((value / 10).toPrecision(3));
    return least > tenth ? [[rate, tenth] as const, [floor, tenth] as const] : [[rate, tenth] as const];
  });
  return [
    'dppo finetune',
    `--config ${fileIn(folder, 'config.yaml')}`,
    ...(existsSync(policy) ? [`--policy ${policy}`] : []),
    ...lower.map(([name, value]) => `--${kebab(name)} ${value}`),
  ].join(' ');
}
