import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { parse } from 'yaml';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { startOfDiffusion, startOfFlow } from '../finetune/start-settings.ts';
import { ofPolicy } from '../finetune/decided-options.ts';
import { fromScratch } from '../finetune/starting-spec.ts';
import { networkNamed } from '../policy/network-by.ts';
import { presetFile, presetsOf } from '../options/presets.ts';

type Options = Readonly<Record<string, unknown>>;

/** An option that is not what it is elsewhere. */
interface Difference {
  readonly name: string;
  readonly value: unknown;
  /** undefined where it is left open there */
  readonly there: unknown;
}

/** What a run is compared with, and in which options it differs. */
export interface Comparison {
  readonly with: string;
  readonly differences: readonly Difference[];
}

/** What makes a run this run and no other, or says where it is computed. */
const ofTheRun = new Set([
  'policy',
  'environment',
  'seed',
  'backend',
  'threads',
  'workers',
  'normalization',
  'dashboard',
]);

/**
 * The defaults or the preset that a run of `dppo finetune` differs from in the fewest options; undefined for the options of
 * another program.
 */
export function nearestOptions(config: Options): Comparison | undefined {
  if (!finetuneOptions.safeParse(config).success) return undefined;
  const presets = presetsOf('finetune').map((name) => ({
    name: `the preset ${name}`,
    options: finetuneOptions.parse(parse(readFileSync(presetFile('finetune', name), 'utf8'))),
  }));
  const scratch = config['policy'] === undefined ? { ...fromScratch, ...networkOf(config) } : {};
  const start = startOptions.parse({});
  const known: readonly { name: string; options: Options }[] = [
    { name: 'dppo start', options: { ...start, ...startOfFlow } },
    { name: 'dppo start with a diffusion policy', options: { ...start, ...startOfDiffusion } },
    { name: 'the defaults', options: { ...finetuneOptions.parse({}), ...scratch } },
    // Those for tasks that are not here name none.
    ...presets.filter(
      ({ options: { environment = config['environment'] } }) => environment === config['environment'],
    ),
  ];
  const whole = { ...scratch, ...config };
  const compared = known.map(({ name, options }) => ({ name, differences: differences(whole, options) }));
  const nearest = compared.reduce((one, other) =>
    other.differences.length < one.differences.length ? other : one,
  );
  // Some presets differ in the task that they are for alone.
  const alike = compared.filter((other) => isDeepStrictEqual(other.differences, nearest.differences));
  return { with: alike.map(({ name }) => name).join(', '), differences: nearest.differences };
}

/** The network that a run has by itself. */
function networkOf(config: Options): Options {
  const kind = config['network'] === 'unet' ? 'unet' : 'mlp';
  return { ...networkNamed({ kind, obsDim: 1, actionDim: 1, condSteps: 1, horizonSteps: 1 }) };
}

function differences(config: Options, options: Options): Difference[] {
  return [...new Set([...Object.keys(config), ...Object.keys(options)])]
    .filter((name) => !ofTheRun.has(name) && !isOpen(name, options))
    .filter((name) => JSON.stringify(config[name]) !== JSON.stringify(options[name]))
    .map((name) => ({ name, value: config[name], there: options[name] }));
}

/** Whether the policy, or the work that there is, decides it there. */
function isOpen(name: string, options: Options): boolean {
  return options[name] === 'auto' || (options[name] === undefined && ofPolicy.includes(name));
}
