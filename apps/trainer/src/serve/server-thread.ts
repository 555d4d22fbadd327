import { once } from 'node:events';

import type { Asked } from '@dppo/agent';

import { startThread } from '../report/thread.ts';
import type { Answer } from './batches.ts';
import { urlHost } from './guard.ts';
import type { ServerConfig } from './server.ts';

/** What the thread is told: the answers to the observations it asked for last, or to end. */
export type ToServer = { readonly answers: readonly Answer[] } | { readonly end: true };

/** What it says: once where it listens, or why it cannot; then what it asks for; at its end how many observations it answered. */
export type FromServer =
  | { readonly port: number }
  | { readonly refused: string }
  | { readonly asked: readonly Asked[] }
  | { readonly total: number };

/** A thread that serves. */
export interface ServerThread {
  readonly url: string;
  /** Resolves when it has ended, to how many observations it answered. */
  readonly ended: Promise<number>;
  /** Takes no more questions, answers those that it has, and ends. */
  end(): void;
}

/**
 * Starts a server in a thread of its own, which reads, refuses and answers while this one computes.
 *
 * @param compute - an answer for each observation, in order
 * @throws Error where nobody can listen there
 */
export async function serverThread(
  config: ServerConfig,
  compute: (asked: readonly Asked[]) => Answer[],
): Promise<ServerThread> {
  const thread = startThread('../serve/server.worker', { config }, {});
  const tell = (what: ToServer): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    thread.postMessage(what);
  };
  const [said]: FromServer[] = await once(thread, 'message');
  const { host } = config.access;
  if (!('port' in said)) {
    await thread.terminate();
    const reason = 'refused' in said ? said.refused : 'no answer';
    throw new Error(`--host ${host} --port ${config.port}: nobody can listen there: ${reason}`);
  }
  const ended = new Promise<number>((resolve, reject) => {
    thread.on('message', (later: FromServer) => {
      if ('asked' in later) tell({ answers: compute(later.asked) });
      else if ('total' in later) void thread.terminate().then(() => resolve(later.total));
    });
    thread.on('error', reject);
  });
  return { url: `http://${urlHost(host)}:${said.port}/`, ended, end: () => tell({ end: true }) };
}
