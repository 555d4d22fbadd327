import { readFileSync, statSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs';

import { isReader, readers } from './readers.ts';

/** Megabytes that the process may grow by for one file of so many bytes. */
const mostGrowth = (bytes: number): number => 300 + (4 * bytes) / 2 ** 20;

/** Messages that programs were not meant to say, whatever stands before them. */
const foreign =
  /Cannot (read|convert|destructure|access)|is not (a function|iterable|defined)|[Ii]nvalid (typed )?array|call stack|[Aa]rray buffer|outside the bounds|out of range|out-of-range|Unexpected (token|end of JSON)|circular structure|string longer/;

await tf.setBackend('cpu');
const jobs = readFileSync(0, 'utf8').split('\n').filter(Boolean);
for (const [i, job] of jobs.entries()) {
  const [reader, path] = job.split('\t');
  if (!isReader(reader)) throw new Error(`child: found ${reader}, wanted a reader`);
  process.stdout.write(`${i}\tbegun\n`);
  process.stdout.write(`${i}\t${await outcomeOf(readers[reader], path)}\n`);
}

async function outcomeOf(read: (path: string) => Promise<unknown>, path: string): Promise<string> {
  const { size } = statSync(path);
  const before = process.resourceUsage().maxRSS;
  tf.engine().startScope();
  const said = await read(path).then(
    () => 'read',
    (error: unknown) => refusal(error, path),
  );
  tf.engine().endScope();
  const growth = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  return growth > mostGrowth(size) ? `memory\t${growth} MB` : said;
}

function refusal(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.slice(0, 300).replaceAll(/\s+/g, ' ');
  if (!message.includes(path)) return `nameless\t${line}`;
  return foreign.test(message.replaceAll(path, '')) ? `foreign\t${line}` : `refused\t${line}`;
}
