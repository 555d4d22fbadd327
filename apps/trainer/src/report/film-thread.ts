import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';

import type { Film } from './report-film.ts';
import type { SentPolicy } from './sent-policy.ts';
import { startThread } from './thread.ts';

/** undefined where the environment cannot be drawn. */
export type FilmAnswer = { readonly film: Film | undefined } | { readonly failed: string };

/** Films policies in a thread of its own, one after another; it starts with the first of them, and ends with the thread that asks. */
export function filmThread(): (policy: SentPolicy) => Promise<Film | undefined> {
  let thread: Worker | undefined;
  return async (policy) => {
    thread ??= started(() => (thread = undefined));
    const answering = once(thread, 'message');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    thread.postMessage(policy);
    const [answer]: FilmAnswer[] = await answering;
    if ('failed' in answer) throw new Error(answer.failed);
    return answer.film;
  };
}

function started(ended: () => void): Worker {
  const thread = startThread('film.worker', {}, { maxOldGenerationSizeMb: 512 });
  // Who waits for a film hears why; the next one begins with another thread.
  thread.on('error', () => {});
  thread.on('exit', ended);
  thread.unref();
  return thread;
}
