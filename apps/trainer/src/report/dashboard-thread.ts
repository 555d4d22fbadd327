import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Film } from './report-film.ts';

/** What the thread is told: the folder of the run to show from now on, and the latest film. */
export type ToDashboard = { readonly dir: string } | { readonly film: Film };

/** What it answers once: the port that it has, or why it has none. */
export type FromDashboard = { readonly port: number } | { readonly refused: string };

/** A thread that serves the page of a run. */
export interface DashboardThread {
  readonly url: string;
  tell(what: ToDashboard): void;
  /** Ends the thread, with all connections. */
  close(): Promise<void>;
}

const fromSource = import.meta.url.endsWith('.ts');
const entry = new URL(fromSource ? './source.worker.mjs' : './dashboard.worker.js', import.meta.url);
const options = {
  ...(fromSource && { execArgv: ['--conditions=@dppo/source'] }),
  // What pictures leave behind is freed late, and would be memory in use until then.
  resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8 },
};

/**
 * Opens a port of the loopback interface, in a thread of its own: what its page costs, the caller does not wait for.
 *
 * @param chooser who chose the port, for errors
 * @param lost hears why a thread that served has ended by itself; whoever opened it goes on
 * @throws Error where the port is taken
 */
export async function dashboardThread(
  port: number,
  chooser: string,
  lost: (sentence: string) => void,
): Promise<DashboardThread> {
  const thread = new Worker(entry, { ...options, workerData: { port } });
  const [answer]: FromDashboard[] = await once(thread, 'message');
  if ('refused' in answer) {
    await thread.terminate();
    throw new Error(`${chooser}: found ${port}, wanted a port that is free: ${answer.refused}`);
  }
  thread.on('error', (error) => lost(`dashboard: ${error instanceof Error ? error.message : String(error)}`));
  // A run that fails before it begins ends without closing it.
  thread.unref();
  return {
    url: `http://127.0.0.1:${answer.port}/`,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    tell: (what) => thread.postMessage(what),
    close: async () => void (await thread.terminate()),
  };
}
