import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { readLine } from '../options/command-line.ts';
import { checkAsked, checkFolderAway, checkPolicyAway } from './away.ts';
import { childJobs, logOf } from './child-job.ts';
import type { Job } from './job.ts';
import { formatAnswer, parseFolder, parseJob } from './job-bytes.ts';
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
const LOOK = 200;

/**
 * Computes a job of a sweep elsewhere: brings it to where it was asked to, or by an iteration at
 * least until its seconds are up, and gives its folder as it is then.
 *
 * @throws Error where it would run a file of this machine, or is no job of this version of dppo
 */
export async function jobHere({ data, shared, program, signal }: JobAway): Promise<Uint8Array> {
  const { preset, set, seed, iterations, threads, seconds, parts } = parseJob(data);
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
    const asked = { ...(preset !== undefined && { preset }), set, named: {} };
    checkAsked(readLine('finetune', finetuneOptions, asked).options);
    await checkFolderAway(dir);
    const line = { ...asked, set: [...set, ...files] };

    const job: Job = { name: 'job', configuration: { number: 1, point: {}, line }, seed, dir };
    const [ended, enough] = [new AbortController(), new AbortController()];
    void hasMore(dir, seconds, ended.signal).then((more) => more && enough.abort());
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

/** Whether a run has an iteration more than before, once `seconds` are up; false where it ended before. */
async function hasMore(dir: string, seconds: number, ended: AbortSignal): Promise<boolean> {
  const size = (): number => statSync(join(dir, 'metrics.jsonl'), { throwIfNoEntry: false })?.size ?? 0;
  try {
    const before = size();
    await setTimeout(1000 * seconds, undefined, { signal: ended });
    while (size() <= before) await setTimeout(LOOK, undefined, { signal: ended });
    return true;
  } catch {
    return false;
  }
}
