import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { resetRow, stepRow } from './batch.ts';
import { isSavable } from './env.ts';
import type { Env, EnvState } from './env.ts';
import { Control, commands } from './protocol.ts';
import type { Answer, Start, WorkerData } from './protocol.ts';

const { module, data, first, last, worker, control, seeds }: WorkerData = workerData;

const { default: make }: { default?: (data: unknown, index: number) => Env | Promise<Env> } = await import(
  module
);
if (typeof make !== 'function') {
  throw new TypeError(`workers: ${module} has no default export (data, index) => Env`);
}
const envs: Env[] = [];
for (let i = first; i < last; i++) {
  Atomics.store(control, Control.Current + worker, i);
  envs.push(await make(data, i));
}
through();
parentPort?.once('message', serve);
post({
  made: envs.map((env) => {
    const { obsShape, actionShape } = env;
    return { obsShape, actionShape, isSavable: isSavable(env) };
  }),
});

/** Blocks this thread for good: an error thrown here ends it, and the main thread hears of that. */
function serve(rows: Start): void {
  for (let done = 0; ; done = (done + 1) | 0) {
    // A late notification of the last command wakes as well: only the count says that there is a new one.
    while (Atomics.load(control, Control.Generation) === done) {
      Atomics.wait(control, Control.Generation, done);
    }
    const command = Atomics.load(control, Control.Command);
    const given = command === commands.restore ? received() : [];
    const states: EnvState[] = [];
    for (const [i, env] of envs.entries()) {
      const row = first + i;
      Atomics.store(control, Control.Current + worker, row);
      if (command === commands.step) stepRow(rows, row, env);
      else if (command === commands.reset)
        resetRow(rows, row, env, Number.isNaN(seeds[row]) ? undefined : seeds[row]);
      else if (command === commands.save) states.push(...saved(env));
      else env.restore?.(given[i]);
    }
    through();
    if (command === commands.save) post({ states });
    else if (Atomics.sub(control, Control.Remaining, 1) === 1) post(null);
  }
}

/** The states that were posted to this thread before it was told to restore them. */
function received(): readonly EnvState[] {
  const posted: { message: readonly EnvState[] } | undefined = parentPort
    ? receiveMessageOnPort(parentPort)
    : undefined;
  if (posted === undefined) throw new Error('workers: no states came to be restored');
  return posted.message;
}

function saved(env: Env): EnvState[] {
  return isSavable(env) ? [env.save()] : [];
}

function post(answer: Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer);
}

/** Says that this thread is busy with no environment. */
function through(): void {
  Atomics.store(control, Control.Current + worker, ~(last - 1));
}
