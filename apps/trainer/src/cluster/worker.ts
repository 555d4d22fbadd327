import { serve, type ServerOptions } from '@dppo/cluster';

import { stopOnSignals } from '../runs/stop-signal.ts';
import { computing } from './compute.ts';
import type { WorkerOptions } from './worker-options.ts';

/** `dppo worker`: computes what the learner of a run asks for, until the run ends; a signal gives the task back. */
export async function worker(
  options: WorkerOptions,
  server: ServerOptions,
  say: (line: string) => void,
): Promise<void> {
  const { cluster: url } = options;
  const { compute, close } = computing(options, say);
  const stop = stopOnSignals(say);
  const { signal } = stop;
  let computed = 0;
  say(`serving run ${server.run} at ${url}`);
  try {
    await serve(
      url,
      async (task, shared, abandoned) => {
        const bytes = await compute(task, shared, abandoned);
        if (task.kind === 'probe') say('computing');
        else computed++;
        return bytes;
      },
      { ...server, signal },
    );
    const why = signal.aborted ? 'left' : `run ${server.run} has ended`;
    say(`${why}: ${computed} ${computed === 1 ? 'task' : 'tasks'} computed`);
    process.exitCode = 0;
  } finally {
    stop.release();
    await close();
  }
}
