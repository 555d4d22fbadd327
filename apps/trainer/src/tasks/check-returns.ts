import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Imports a module, and makes an environment of it; what it says against that is told where it is used. */
const trial = `import(require('node:worker_threads').workerData)
  .then(({ default: make }) => make(undefined, 0))
  .then(() => process.exit(), () => process.exit());`;

/**
 * Tries in a thread, which can be ended, whether a module's import and the making of its first environment return.
 *
 * @throws Error naming the module where they do not within so many seconds
 */
export async function checkReturns(path: string, seconds: number): Promise<void> {
  const workerData = pathToFileURL(path).href;
  const thread = new Worker(trial, { eval: true, workerData });
  thread.on('error', () => {});
  const waiting = new AbortController();
  const late = setTimeout(seconds * 1000, true, { signal: waiting.signal }).catch(() => false);
  const ended = once(thread, 'exit').then(() => false);
  const isLate = await Promise.race([late, ended]);
  waiting.abort();
  if (!isLate) return;
  await thread.terminate();
  throw new Error(
    `environment ${path}: its making has not returned within ${seconds} s; a slower one needs a longer timeout (--env-timeout)`,
  );
}
