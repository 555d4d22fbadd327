import { once } from 'node:events';

import type { PolicyFile } from '@dppo/policy';
import { createAdaptorServer } from '@hono/node-server';

import type { FinetuneOptions } from '../commands/finetune.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { dashboardApp } from './dashboard-app.ts';
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
  const app = dashboardApp(() => ({ folder, film, films }));
  const server = createAdaptorServer(app);
  server.listen(dashboard === true ? 0 : dashboard, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--dashboard: found ${dashboard}, expected a port that is free: ${reason}`, {
      cause: error,
    });
  }
  // A run that fails before it begins ends without closing it.
  server.unref();
  const address = server.address();
  const opened = typeof address === 'object' ? address?.port : undefined;
  return {
    show: (shown) => {
      folder = shown;
      say(`dashboard http://127.0.0.1:${opened}/`);
    },
    film: async (policy) => {
      stage ??= await stageFor(policy);
      film = await filmed('latest', policy, seed, stage);
      films++;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
