import { appendFile, readFile } from 'node:fs/promises';

import type { Cluster } from '@dppo/cluster';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { readLine } from '../options/command-line.ts';
import { policyIn } from '../runs/policy-in.ts';
import { logOf } from './child-job.ts';
import type { Job, JobEnd, RunJob } from './job.ts';
import { formatFolder, formatJob, type JobPart, parseAnswer } from './job-bytes.ts';
import { readFolder, writeFolder } from './job-folder.ts';

/** How jobs are given to workers. */
interface ClusterJobs {
  /** of TensorFlow, in each job */
  readonly threads: number;
  /** after which a worker gives back a job that it has not finished, so that another one can go on with it */
  readonly seconds: number;
}

/**
 * Has each job computed by workers, one after another where it takes longer than `seconds` or one is lost: its folder here is what the last
 * of them gave back.
 */
export function clusterJobs(cluster: Cluster, { threads, seconds }: ClusterJobs): RunJob {
  async function stretch(job: Job, iterations: number, signal: AbortSignal): Promise<JobEnd | undefined> {
    const { preset, set } = job.configuration.line;
    const files = await filesOf(job);
    const shared = await Promise.all([...files.values()].map((bytes) => cluster.share(bytes)));
    const own = set.filter((text) => !/^(policy|normalization)=/.test(text));
    const asked = {
      preset,
      set: own,
      seed: job.seed,
      iterations,
      threads,
      seconds,
      parts: [...files.keys()],
    };
    try {
      const [bytes] = await cluster.map([{ kind: 'job', shared, data: formatJob(asked) }], { signal });
      const { state, why, isOver, log, folder } = await parseAnswer(bytes);
      await appendFile(logOf(job), log);
      await writeFolder(job.dir, folder);
      return isOver ? { state, why } : undefined;
    } finally {
      if (files.has('folder')) await cluster.forget(...shared).catch(() => {});
    }
  }

  return async (job, iterations, signal) => {
    try {
      for (;;) {
        const end = await stretch(job, iterations, signal);
        if (end !== undefined) return end;
      }
    } catch (error) {
      if (signal.aborted) return { state: 'stopped', why: 'a signal stopped it' };
      return { state: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** What a worker needs of this machine: the folder of a job that has begun, else the files that it begins with. */
async function filesOf({ dir, configuration }: Job): Promise<Map<JobPart, Uint8Array>> {
  const folder = await readFolder(dir);
  if (folder.has('config.yaml')) return new Map([['folder', await formatFolder(folder)]]);
  const { policy, normalization } = readLine('finetune', finetuneOptions, configuration.line).options;
  const files = new Map<JobPart, Uint8Array>();
  if (policy !== undefined) files.set('policy', await readFile(policyIn(policy)));
  if (normalization !== undefined) files.set('normalization', await readFile(normalization));
  return files;
}
