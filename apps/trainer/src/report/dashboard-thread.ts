import { once } from 'node:events';

import type { SentPolicy } from './sent-policy.ts';
import { startThread } from './thread.ts';

/** What the thread is told: the folder of the run to show from now on, and the latest policy. */
export type ToDashboard = { readonly dir: string } | { readonly policy: SentPolicy };

/** What it answers once, the port that it has, or why it has none; then, why it shows less than it should. */
export type FromDashboard =
  | { readonly port: number }
  | { readonly refused: string }
  | { readonly less: string };

/** A thread that serves the page of a run. */
export interface DashboardThread {
  readonly url: string;
  tell(what: ToDashboard): void;
  /** Ends the thread, with all connections. */
  close(): Promise<void>;
}

/** What pictures leave behind is freed late, and would be memory in use until then. */
const memory = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8 };

/**
 * Opens a port of the loopback interface, in a thread of its own: what its page costs, the caller does not wait for.
 *
 * @param chooser who chose the port, for errors
 * @param lost hears why the thread shows less than it should, or has ended by itself; whoever opened it goes on
 * @throws Error where the port is taken
 */
export async function dashboardThread(
  port: number,
  chooser: string,
  lost: (sentence: string) => void,
): Promise<DashboardThread> {
  const thread = startThread('dashboard.worker', { port }, memory);
  const [answer]: FromDashboard[] = await once(thread, 'message');
  if (!('port' in answer)) {
    await thread.terminate();
    const reason = 'refused' in answer ? answer.refused : answer.less;
    throw new Error(`${chooser}: found ${port}, wanted a port that is free: ${reason}`);
  }
  thread.on('message', (later: FromDashboard) => {
    if ('less' in later) lost(`dashboard: ${later.less}`);
  });
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
