import { once } from 'node:events';

import type { PolicyFile } from '@dppo/policy';
import { createAdaptorServer } from '@hono/node-server';

import type { FinetuneOptions } from '../commands/finetune.ts';
import { readRun } from '../runs/recorded-run.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { dashboardApp, type Shown } from './dashboard-app.ts';
import { type Film, filmed, type Stage, stageFor } from './report-film.ts';

/** A page about a run that is under way, for browsers on this machine. */
export interface Dashboard {
  /** Says where the page is, and shows the run in a folder from now on. */
  show(folder: RunFolder): void;
  /** Films an episode of the latest policy. */
  film(policy: PolicyFile): Promise<void>;
  close(): Promise<void>;
}

const none: Dashboard = {
  show: () => {},
  film: () => Promise.resolve(),
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
 * nothing else to do.
 *
 * @param options - `port`, a free one by default
 * @throws Error where the folder is not that of a run, or the port is taken
 */
export async function serveDashboard(
  dir: string,
  { port = 0 }: { readonly port?: number } = {},
): Promise<Served> {
  readRun(dir);
  return serve(() => ({ folder: { dir }, film: undefined, films: 0 }), port, 'serveDashboard: port');
}

/** Opens a port of the loopback interface; `option` is who chose it. */
async function serve(shown: () => Shown, port: number, option: string): Promise<Served> {
  const server = createAdaptorServer(dashboardApp(shown));
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${option}: found ${port}, wanted a port that is free: ${reason}`, { cause: error });
  }
  // A run that fails before it begins ends without closing it.
  server.unref();
  const address = server.address();
  const opened = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${opened}/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
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
  let folder: RunFolder | undefined;
  let film: Film | undefined;
  let stage: Stage | undefined;
  let films = 0;
  const served = await serve(
    () => ({ folder, film, films }),
    dashboard === true ? 0 : dashboard,
    '--dashboard',
  );
  return {
    show: (shown) => {
      folder = shown;
      say(`dashboard ${served.url}`);
    },
    film: async (policy) => {
      stage ??= await stageFor(policy);
      film = await filmed('latest', policy, seed, stage);
      films++;
    },
    close: () => served.close(),
  };
}
