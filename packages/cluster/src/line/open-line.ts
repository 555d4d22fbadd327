import { Worker } from 'node:worker_threads';

import { type Ask, type Methods, converse } from './conversation.ts';
import type { LearnerData, LearnerLine, LearnerSide } from './learner-line.ts';
import type { WorkerData, WorkerLine, WorkerSide } from './worker-line.ts';

const fromSource = import.meta.url.endsWith('.ts');
const entry = new URL(fromSource ? './source.worker.mjs' : './line.worker.js', import.meta.url);

/** A thread with a connection. */
export interface Line<Theirs extends Methods<Theirs>> {
  readonly ask: Ask<Theirs>;
  /** Ends the thread. */
  readonly end: () => Promise<void>;
}

/** Connects a learner in a thread of its own; rejects with a sentence of `who` where that fails. */
export function openLearner(
  who: string,
  learner: LearnerData,
  side: LearnerSide,
): Promise<Line<LearnerLine>> {
  const line = lineOf<LearnerLine, LearnerSide>(who, { learner }, side);
  return opened(who, line, () => line.ask('open'));
}

/** Connects a worker in a thread of its own; rejects with a sentence of `who` where that fails. */
export function openWorker(who: string, worker: WorkerData, side: WorkerSide): Promise<Line<WorkerLine>> {
  const line = lineOf<WorkerLine, WorkerSide>(who, { worker }, side);
  return opened(who, line, () => line.ask('open'));
}

function lineOf<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>>(
  who: string,
  workerData: { readonly learner: LearnerData } | { readonly worker: WorkerData },
  side: Ours,
): Line<Theirs> {
  const thread = new Worker(entry, {
    workerData,
    // What is read from a socket is soon garbage, and outside of the heap: the sooner it is looked for, the less often the whole heap is.
    resourceLimits: { maxYoungGenerationSizeMb: 3 },
    // Not those of the program: what it loads first would be in this thread's heap as well.
    execArgv: fromSource ? ['--conditions=@dppo/source'] : [],
  });
  const { ask, end } = converse<Theirs, Ours>(
    {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      send: (message, buffers) => thread.postMessage(message, buffers),
      hear: (listener) => thread.on('message', listener),
    },
    () => side,
  );
  thread.on('error', (error) => end(new Error(`${who}: ${error.message}`, { cause: error })));
  thread.on('exit', () => end(new Error(`${who}: this connection is closed`)));
  return {
    ask,
    end: async () => {
      end(new Error(`${who}: this connection is closed`));
      await thread.terminate();
    },
  };
}

async function opened<Theirs extends Methods<Theirs>>(
  who: string,
  line: Line<Theirs>,
  open: () => Promise<void>,
): Promise<Line<Theirs>> {
  try {
    await open();
    return line;
  } catch (error) {
    await line.end();
    throw new Error(`${who}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
