// Starts line.worker.ts in a thread: --import tsx on the command line does not reach the threads of Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./line.worker.ts');
if (process.env.CCPROF) {
  const { Session } = await import('node:inspector');
  const { writeFileSync } = await import('node:fs');
  const { workerData } = await import('node:worker_threads');
  const s = new Session();
  s.connect();
  s.post('Profiler.enable');
  s.post('Profiler.setSamplingInterval', { interval: 250 });
  s.post('Profiler.start');
  setTimeout(
    () =>
      s.post('Profiler.stop', (e, r) =>
        writeFileSync(
          `/tmp/cc-scratch/prof/line.${workerData.learner ? 'learner' : 'worker'}.${process.pid}`,
          JSON.stringify(r.profile),
        ),
      ),
    25000,
  );
}
