import type { PolicyFile } from '@dppo/policy';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { checkRun } from '../runs/recorded-run.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { dashboardThread } from './dashboard-thread.ts';
import { sent } from './sent-policy.ts';

/** A page about a run that is under way, for browsers on this machine. */
export interface Dashboard {
  /** Says where the page is, and shows the run in a folder from now on. */
  show(folder: RunFolder): void;
  /** Films an episode of a policy, the latest, where someone watches. */
  film(policy: PolicyFile): void;
  close(): Promise<void>;
}

const none: Dashboard = {
  show: () => {},
  film: () => {},
  close: () => Promise.resolve(),
};

/** A page that is served. */
export interface Served {
  /** Its address, for browsers on this machine. */
  readonly url: string;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Serves the page about the run in the folder `dir`, with live curves, to browsers on this machine, until it is closed or the program has
 * nothing else to do; in a thread of its own.
 *
 * @param options - `port`, a free one by default
 * @throws Error where the folder is not that of a run, or the port is taken; RangeError for a port that is none
 */
export async function serveDashboard(
  dir: string,
  { port = 0 }: { readonly port?: number } = {},
): Promise<Served> {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new RangeError(`serveDashboard: port is ${port}, wanted a whole number in 0 … 65535`);
  checkRun(dir);
  const thread = await dashboardThread(port, 'serveDashboard: port', (why) => process.emitWarning(why));
  thread.tell({ dir });
  return { url: thread.url, close: () => thread.close() };
}

/**
 * Opens a port of the loopback interface where the options ask for it.
 *
 * @throws Error where the port is taken
 */
export async function openDashboard(
  { dashboard, seed }: FinetuneOptions,
  say: (line: string) => void,
): Promise<Dashboard> {
  if (dashboard === false) return none;
  const thread = await dashboardThread(dashboard === true ? 0 : dashboard, '--dashboard', say);
  return {
    show: ({ dir }) => {
      thread.tell({ dir });
      say(`dashboard ${thread.url}`);
    },
    film: (policy) => thread.tell({ policy: sent(policy, seed) }),
    close: () => thread.close(),
  };
}
