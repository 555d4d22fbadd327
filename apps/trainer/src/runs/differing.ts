import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { headerOf } from '@dppo/checkpoint/header';

import type { RecordedRun } from './recorded-run.ts';

type Options = RecordedRun['config'];

/**
 * A run whose option `policy` is a digest of the weights that it began with, wherever they came from. Those of η and of a flow's noise do not
 * count, which follow from the seed where they are learned anew.
 *
 * @throws Error naming the file that is no policy
 */
export function withDigest(run: RecordedRun, dir: string): RecordedRun {
  const name = 'start.safetensors';
  const file = join(dir, name);
  if (!existsSync(file)) return run;
  return { ...run, config: { ...run.config, policy: `${name} ${digestOf(file)}` } };
}

/** Names of the options that are not the same in all. */
export function differing(all: readonly Options[]): string[] {
  const names = [...new Set(all.flatMap((options) => Object.keys(options)))];
  return names.filter((name) => new Set(all.map((options) => JSON.stringify(options[name]))).size > 1);
}

function digestOf(file: string): string {
  if (statSync(file).isDirectory()) throw new Error(`${file}: a folder, wanted a policy`);
  const bytes = readFileSync(file);
  const { entries, start } = headerOf(bytes, file);
  const hash = createHash('sha256');
  for (const { name, begin, end } of entries.toSorted((one, other) => one.begin - other.begin))
    if (!/^actor\.(eta|noise)\./.test(name)) hash.update(bytes.subarray(start + begin, start + end));
  return hash.digest('hex').slice(0, 12);
}
