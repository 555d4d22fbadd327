import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readHead } from '@dppo/policy/head';

import { finetuneOptions, type FinetuneOptions } from '../finetune/finetune-options.ts';
import { kebab, readOptions } from '../options/option-layers.ts';
import { policyIn } from '../runs/policy-in.ts';
import { isTaskName } from '../tasks/tasks.ts';

/** Options that name a file, a folder or a server: those of a job that another machine computes are sent, or are its own. */
const places = ['resume', 'autoResume', 'runDir', 'cluster', 'credentials', 'ca'] as const;
const files = ['policy', 'normalization'] as const;

/**
 * Refuses a job that would run a file that lies on the machine that computes it, or tell others than the one that asks: an environment or a logger
 * of the user's.
 *
 * @throws Error naming the option
 */
export function checkAway(options: FinetuneOptions): void {
  const { environment, logger, dashboard } = options;
  if (environment !== undefined && !isTaskName(environment))
    throw new Error(
      `--environment: found ${environment}, wanted one that comes with dppo, as workers have it`,
    );
  if (logger.length > 0) throw new Error(`--logger: found ${logger.join(', ')}, which workers do not have`);
  if (dashboard !== false) throw new Error('--dashboard: found one, which would be a page of a worker');
  refuseGiven(options, places);
}

/** The same of what a worker is asked for, which names no file. */
export function checkAsked(options: FinetuneOptions): void {
  checkAway(options);
  refuseGiven(options, files);
}

function refuseGiven(options: FinetuneOptions, names: readonly (keyof FinetuneOptions)[]): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw new Error(`--${kebab(given)}: found ${String(options[given])}, wanted it left out of a job`);
}

/** The same of a policy, which says in what environment it acts. */
export async function checkPolicyAway(path: string): Promise<void> {
  const { task } = (await readHead(policyIn(path))).spec;
  if (task.kind !== 'named')
    throw new Error(
      `--policy ${path}: acts in an environment of its own, wanted one that comes with dppo, as workers have it`,
    );
}

/** The same of a run folder that is gone on with: of its options and of its policies. */
export async function checkFolderAway(dir: string): Promise<void> {
  const config = join(dir, 'config.yaml');
  if (!existsSync(config)) return;
  const { policy, normalization, ...rest } = readOptions('--resume', config, finetuneOptions.shape);
  checkAway(finetuneOptions.parse(rest));
  const start = join(dir, 'start.safetensors');
  for (const [name, value, own] of [
    ['policy', policy, start],
    ['normalization', normalization, join(dir, 'normalization.npz')],
  ] as const)
    if (value !== undefined && value !== own)
      throw new Error(`--${name}: found ${JSON.stringify(value)}, wanted ${own} of the run folder`);
  for (const file of [start, join(dir, 'last.safetensors')])
    if (existsSync(file)) await checkPolicyAway(file);
}
