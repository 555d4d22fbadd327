import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { natsServer } from '@dppo/testing/nats-server';

import type { Fault } from './draw.ts';
import type { Job } from './job.ts';

/** How many workers a run has. */
export const WORKERS = 2;
/** seconds after which a run counts as one that does not end */
const ENDS = 600;

/** What became of a run. */
export interface Ended {
  /** What the job says of its folder. */
  readonly results: readonly Buffer[];
  /** seconds from the first words of its learner to its end */
  readonly took: number;
}

/** What became of a run with faults, and which of them came before its end. */
export interface Struck extends Ended {
  readonly happened: readonly Fault[];
}

const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** A process that prints its errors here. */
function begun(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Resolves once the learner's work has begun, to the time. */
function working(learner: ChildProcess, { begins }: Job): Promise<number> {
  return new Promise((resolve, reject) => {
    if (learner.stdout)
      createInterface(learner.stdout).on('line', (line) => begins(line) && resolve(performance.now()));
    learner.once('exit', (code) => reject(new Error(`the learner ended with ${code} before it began`)));
  });
}

function ended(folder: string, job: Job, began: number): Ended {
  return { results: job.results(folder), took: (performance.now() - began) / 1000 };
}

/** The run of one process, with no fault. */
export async function alone(job: Job): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'alone-'));
  const learner = begun(job.learner(folder));
  const began = await working(learner, job);
  const [code] = await once(learner, 'exit');
  if (code !== 0) throw new Error(`the run of one process ended with ${code}`);
  return ended(folder, job, began);
}

/** A run with workers to which something happens. Rejects where it fails, or does not end. */
export async function faultyRun(job: Job, faults: readonly Fault[]): Promise<Struck> {
  const folder = mkdtempSync(join(tmpdir(), 'faulty-'));
  const server = await natsServer();
  const workers = Array.from({ length: WORKERS }, () => begun(job.worker(server.url)));
  let learner = begun(job.learner(folder, server.url));
  /** Resolves once a learner that was killed has begun again. */
  let replaced = Promise.resolve();
  const happened: Fault[] = [];

  const strike = async ({ kind, away, worker }: Fault): Promise<void> => {
    const struck = workers[worker];
    if (kind === 'worker killed') {
      struck.kill('SIGKILL');
      await wait(away);
      workers[worker] = begun(job.worker(server.url));
    } else if (kind === 'worker stopped and continued') {
      struck.kill('SIGSTOP');
      await wait(2 * away);
      struck.kill('SIGCONT');
    } else if (kind === 'learner killed and begun again') {
      replaced = wait(away).then(() => {
        learner = begun(job.learner(folder, server.url));
      });
      learner.kill('SIGKILL');
      await replaced;
    } else {
      await server.kill();
      await wait(away);
      if (kind === 'server killed, its store deleted') await server.loseStore();
      await server.start();
    }
  };
  const learned = async (): Promise<void> => {
    for (;;) {
      const one = learner;
      if (one.exitCode === null && one.signalCode === null) await once(one, 'exit');
      await replaced;
      if (one !== learner) continue;
      if (one.exitCode !== 0) throw new Error(`the learner ended with ${one.exitCode}`);
      return;
    }
  };

  try {
    const began = await working(learner, job);
    const struck = (async () => {
      for (const fault of faults) {
        await wait(fault.after - (performance.now() - began) / 1000);
        if (learner.exitCode !== null) return;
        happened.push(fault);
        await strike(fault);
      }
    })();
    const timeout = wait(ENDS).then(() => {
      throw new Error(`the run has not ended after ${ENDS} s`);
    });
    await Promise.race([Promise.all([learned(), struck]), timeout]);
    return { ...ended(folder, job, began), happened };
  } finally {
    for (const child of [...workers, learner]) child.kill('SIGKILL');
    await server.kill();
  }
}
