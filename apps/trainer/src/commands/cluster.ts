import { Command } from 'commander';

import { clusterInitOptions, type ClusterInitOptions } from '../cluster/init-options.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { checkOutFolder } from '../runs/check-out.ts';

/** @throws Error where the folder is not to be had, or has files in it */
function checkInit(options: ClusterInitOptions): { readonly options: ClusterInitOptions } {
  checkOutFolder(options.outDir, '--out-dir');
  return { options };
}

const init = (): Command =>
  fileArgument(
    withOptions(
      new Command('init').description(
        'what a NATS server needs for runs on many machines: TLS, and a key each',
      ),
      clusterInitOptions,
      {
        check: checkInit,
        run: async ({ options }, { say }) => (await import('../cluster/init.ts')).clusterInit(options, say),
      },
    ),
    'outDir',
  );

export const command = (base: Command): Command => base.addCommand(init());
