import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Reader } from './readers.ts';

/** What became of a file: read, refused by name, or a failure of the reader. */
export const verdicts = ['read', 'refused', 'nameless', 'foreign', 'memory', 'crash', 'time'] as const;

type Verdict = (typeof verdicts)[number];

/** A file for a reader. */
export interface Job {
  readonly reader: Reader;
  readonly path: string;
}

export interface Outcome extends Job {
  readonly verdict: Verdict;
  /** What was said of it. */
  readonly why: string;
}

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const node = ['--max-old-space-size=256', '--conditions=@dppo/source', '--import', 'tsx', child];

/** Seconds without a word that a reader gets for a file. */
const patience = 300;

/** Reads files in a process of little memory, in another one after each that ends it. */
export async function readApart(jobs: readonly Job[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < jobs.length) outcomes.push(...(await stretch(jobs.slice(outcomes.length))));
  return outcomes;
}

/** The outcomes up to the first file that ends the process, that one included. */
async function stretch(jobs: readonly Job[]): Promise<Outcome[]> {
  const reading = spawn(process.execPath, node, { stdio: ['pipe', 'pipe', 'pipe'] });
  const outcomes: Outcome[] = [];
  let [complaint, late] = ['', false];
  reading.stderr.on('data', (text: Buffer) => (complaint = `${complaint}${text.toString()}`.slice(-2000)));
  const timer = setTimeout(() => (late = reading.kill('SIGKILL')), patience * 1000);
  reading.stdin.end(jobs.map(({ reader, path }) => `${reader}\t${path}\n`).join(''));
  for await (const line of createInterface(reading.stdout)) {
    const [index, verdict, why = ''] = line.split('\t');
    timer.refresh();
    if (isVerdict(verdict)) outcomes.push({ ...jobs[Number(index)], verdict, why });
  }
  clearTimeout(timer);
  if (outcomes.length < jobs.length)
    outcomes.push({ ...jobs[outcomes.length], verdict: late ? 'time' : 'crash', why: complaint });
  return outcomes;
}

function isVerdict(word: string): word is Verdict {
  return verdicts.some((verdict) => verdict === word);
}
