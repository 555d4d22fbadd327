import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { readLine } from '../options/command-line.ts';
import { latest } from '../runs/recorded-run.ts';
import { readMetrics } from '../runs/metrics-file.ts';
import { checkAsked, checkFolderAway, checkPolicyAway } from './away.ts';
import { childJobs, logOf } from './child-job.ts';
import type { Job } from './job.ts';
import { type AskedJob, formatAnswer, parseFolder, parseJob } from './job-bytes.ts';
import { readFolder, writeFolder } from './job-folder.ts';

/** A job that this process is asked for. */
interface JobAway {
  readonly data: Uint8Array;
  /** Its files, by their place. */
  readonly shared: (place: number) => Promise<Uint8Array>;
  /** What Node.js is called with to be the command `dppo`. */
  readonly program: readonly string[];
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** ms between two looks at how far it is */
const LOOK = 500;

/**
 * Computes a job of a sweep elsewhere: brings it to where it was asked to, or by an iteration at
 * least until its seconds are up, and gives its folder as it is then.
 *
 * @throws Error where it would run a file of this machine, or is no job of this version of dppo
 */
export async function jobHere({ data, shared, program, signal }: JobAway): Promise<Uint8Array> {
  const asked = parseJob(data);
  const { preset, set, seed, iterations, threads, parts } = asked;
  const place = await mkdtemp(join(tmpdir(), 'dppo-job-'));
  try {
    const dir = join(place, 'run');
    const files: string[] = [];
    for (const [i, part] of parts.entries()) {
      const bytes = await shared(i);
      if (part === 'folder') await writeFolder(dir, await parseFolder(bytes));
      else {
        const file = join(place, part === 'policy' ? 'policy.safetensors' : 'normalization.npz');
        await writeFile(file, bytes);
        if (part === 'policy') await checkPolicyAway(file);
        files.push(`${part}=${file}`);
      }
    }
    const sent = { ...(preset !== undefined && { preset }), set, named: {} };
    checkAsked(readLine('finetune', finetuneOptions, sent).options);
    await checkFolderAway(dir);
    const line = { ...sent, set: [...set, ...files] };

    const job: Job = { name: 'job', configuration: { number: 1, point: {}, line }, seed, dir };
    const [ended, enough] = [new AbortController(), new AbortController()];
    void hasMore(job, asked, ended.signal).then((more) => more && enough.abort());
    const run = childJobs({ program, threads, abandoned: signal });
    const end = await run(job, iterations, AbortSignal.any([signal, enough.signal]));
    ended.abort();
    signal.throwIfAborted();
    const isOver = end.state !== 'stopped' || !enough.signal.aborted;
    return await formatAnswer({
      ...end,
      isOver,
      log: await readFile(logOf(job)),
      folder: await readFolder(dir),
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Whether a run has an iteration more than before, but not all, once `seconds` are up; false where it ended before. */
async function hasMore(job: Job, { iterations, seconds }: AskedJob, ended: AbortSignal): Promise<boolean> {
  try {
    const before = iterationOf(job);
    await setTimeout(1000 * seconds, undefined, { signal: ended });
    while (iterationOf(job) <= before || iterationOf(job) >= iterations)
      await setTimeout(LOOK, undefined, { signal: ended });
    return true;
  } catch {
    return false;
  }
}

/** The latest iteration of a job; −1 before its first evaluation. */
function iterationOf({ dir }: Job): number {
  const file = join(dir, 'metrics.jsonl');
  const last = existsSync(file) ? latest(readMetrics(file).rows, 'iteration') : NaN;
  return Number.isNaN(last) ? -1 : last;
}
