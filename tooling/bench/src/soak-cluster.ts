import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { natsServer } from '@dppo/testing/nats-server';
import { Command } from 'commander';

import { residentMegabytes } from './resident-megabytes.ts';
import { trainerWords } from './trainer-words.ts';

/** A training with all kinds of tasks, of which an iteration is short: what grows with a run shows soon. */
const job = {
  environment: 'avoid',
  backend: 'tensorflow',
  jit: false,
  hidden: '[128,128,128]',
  denoisingSteps: 3,
  nEnvs: 8,
  shards: 2,
  gradientParts: 2,
  steps: 10,
  batchSize: 240,
  updateEpochs: 1,
  evalEpisodes: 2,
  evalEvery: 100,
  saveEvery: 10,
  threads: 1,
  workers: 1,
};

function begun(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

const program = new Command('soak-cluster')
  .description('memory of a fine-tuning whose rollouts and gradients a worker computes')
  .option('--iterations <count>', 'how many', Number, 50)
  .parse();
const { iterations } = program.opts<{ iterations: number }>();
const server = await natsServer();
const runDir = join(mkdtempSync(join(tmpdir(), 'soak-')), 'run');
const cluster = server.url;
const learner = begun(trainerWords('finetune', { ...job, iterations, runDir, cluster }));
const worker = begun(trainerWords('worker', { cluster, workers: 1 }));
const print = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
print(['iteration', 'learner MB', 'worker MB', 'server MB']);
print(['---', '---', '---', '---']);
if (learner.stdout)
  createInterface(learner.stdout).on('line', (line) => {
    const iteration = Number(/^iteration +(\d+): (?!evaluation|on other)/.exec(line)?.[1]);
    if (iteration !== 1 && iteration % 10 !== 0) return;
    const memory = [learner.pid, worker.pid, server.pid()].map((pid) => residentMegabytes(pid).toFixed(0));
    print([`${iteration}`, ...memory]);
  });
const [code] = await once(learner, 'close');
worker.kill('SIGKILL');
await server.kill();
if (code !== 0) throw new Error(`soak-cluster: the training ended with ${code}`);
