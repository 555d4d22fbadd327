import { type ChildProcess, spawn } from 'node:child_process';

import { program } from './program.ts';

/** A process of `dppo worker`. */
export interface WorkerProcess {
  /** All that it printed so far. */
  readonly said: () => string;
  readonly ended: Promise<number | null>;
  readonly kill: ChildProcess['kill'];
}

/** Begins a worker for a server of a test, without Node.js's own words about the sources. */
export function workerProcess(url: string, ...words: readonly string[]): WorkerProcess {
  const all = [...program, 'worker', '--cluster', url, '--workers', '1', ...words];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  return {
    said: () => said,
    ended: new Promise((resolve) => child.on('close', resolve)),
    kill: (signal) => child.kill(signal),
  };
}
