import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readHead } from '@dppo/policy/head';

import { finetuneOptions, type FinetuneOptions } from '../finetune/finetune-options.ts';
import { readOptions } from '../options/option-layers.ts';
import { isTaskName } from '../tasks/tasks.ts';

/** Options of a run that another machine may compute for this one. */
type Away = Pick<FinetuneOptions, 'environment' | 'logger' | 'dashboard'>;

const away = finetuneOptions.pick({ environment: true, logger: true, dashboard: true });

/**
 * Refuses what would run, on another machine, a file that lies there, or tell others than the one that asks: an environment or a logger of the user's.
 *
 * @throws Error naming the option
 */
export function checkAway({ environment, logger, dashboard }: Away): void {
  if (environment !== undefined && !isTaskName(environment))
    throw new Error(
      `--environment: found ${environment}, wanted one that comes with dppo, as workers have it`,
    );
  if (logger.length > 0) throw new Error(`--logger: found ${logger.join(', ')}, which workers do not have`);
  if (dashboard !== false) throw new Error('--dashboard: found one, which would be a page of a worker');
}

/** The same of a policy: it says in what environment it acts. */
export async function checkPolicyAway(file: string): Promise<void> {
  const { task } = (await readHead(file)).spec;
  if (task.kind !== 'named')
    throw new Error(
      `--policy ${file}: acts in an environment of its own, wanted one that comes with dppo, as workers have it`,
    );
}

/** The same of a run folder that is gone on with: of its options and of its policies. */
export async function checkFolderAway(dir: string): Promise<void> {
  const config = join(dir, 'config.yaml');
  if (!existsSync(config)) return;
  checkAway(away.parse(picked(readOptions('--resume', config, finetuneOptions.shape))));
  for (const name of ['start.safetensors', 'last.safetensors']) {
    const file = join(dir, name);
    if (existsSync(file)) await checkPolicyAway(file);
  }
}

function picked(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in away.shape));
}
