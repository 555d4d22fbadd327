import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { checkNotInUse } from '../runs/open-folder.ts';
import { STOPPED } from '../runs/stop-signal.ts';
import { type Job, type JobEnd, type RunJob, wordsOf } from './job.ts';

/** How processes that compute jobs are begun. */
interface ChildJobs {
  /** What Node.js is called with to be the command `dppo`. */
  readonly program: readonly string[];
  /** Threads of TensorFlow, and of environments where a job says no other. */
  readonly threads: number;
  /** Ends jobs at once, with what they saved. */
  readonly abandoned?: AbortSignal;
}

/**
 * Computes each job in a process of its own on this machine, whose words go to a file beside the job's folder. The process hears no Ctrl-C but
 * the sweep's, and ends with the sweep.
 */
export function childJobs({ program, threads, abandoned }: ChildJobs): RunJob {
  return async (job, iterations, signal) => {
    await freed(job.dir, signal);
    if (signal.aborted) return { state: 'stopped', why: 'did not begin' };
    const hasWorkers = job.configuration.line.set.some((text) => text.startsWith('workers='));
    const words = [...wordsOf(job, iterations), ...(hasWorkers ? [] : ['--workers', String(threads)])];
    const log = openSync(logOf(job), 'a');
    const child = spawn(process.execPath, [...program, ...words], {
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads) },
      // A terminal sends Ctrl-C to all processes of a group, and the second signal ends a run at once.
      detached: true,
    });
    closeSync(log);
    const stop = (): void => void child.kill('SIGTERM');
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    abandoned?.addEventListener('abort', kill);
    try {
      const [code, by] = await once(child, 'exit');
      return endOf(job, code, by);
    } catch (error) {
      return { state: 'failed', why: error instanceof Error ? error.message : String(error) };
    } finally {
      signal.removeEventListener('abort', stop);
      abandoned?.removeEventListener('abort', kill);
    }
  };
}

/** Where the words of a job are. */
export function logOf({ dir }: Pick<Job, 'dir'>): string {
  return `${dir}.log`;
}

function endOf(job: Job, code: number | null, by: string | null): JobEnd {
  if (code === 0) return { state: 'finished', why: 'came to where it was asked to' };
  if (code === STOPPED) return { state: 'stopped', why: 'a signal stopped it' };
  if (by !== null) return { state: 'stopped', why: `ended by ${by}` };
  const lines = readFileSync(logOf(job), 'utf8').trim().split('\n');
  return { state: 'failed', why: (lines.at(-1) ?? '').replace(/^dppo: /, '') || `exit code ${code}` };
}

/** Waits a while for the process of a sweep that was killed, which ends as soon as it hears of that. */
async function freed(dir: string, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 300 && !signal.aborted; tries++) {
    try {
      return checkNotInUse(dir);
    } catch {
      await setTimeout(200);
    }
  }
}
