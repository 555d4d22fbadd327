import type { ServerOptions } from '@dppo/cluster';
import type { Command } from 'commander';

import { serverOf } from '../cluster/server-of.ts';
import { type WorkerOptions, workerOptions } from '../cluster/worker-options.ts';
import { withOptions } from '../options/command-line.ts';

/** @throws Error where URL or credentials cannot be */
function check(options: WorkerOptions): { readonly options: WorkerOptions; readonly server: ServerOptions } {
  return { options, server: serverOf(options.cluster, options) };
}

export const command = (base: Command): Command =>
  withOptions(base, workerOptions, {
    check,
    run: async ({ options, server }, { say }) =>
      (await import('../cluster/worker.ts')).worker(options, server, say),
  });
