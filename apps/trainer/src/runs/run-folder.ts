import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeWhole } from '@dppo/checkpoint';
import { stringify } from 'yaml';

import { mostOptions } from '../options/yaml-file.ts';
import { written } from './written.ts';

/** The folder of one run: config.yaml, metrics.jsonl, and what else the run leaves. */
export interface RunFolder {
  readonly dir: string;
}

/** Where a file of this name lies in the folder. */
export function fileIn({ dir }: RunFolder, name: string): string {
  return join(dir, name);
}

/** Writes config.yaml, atomically. */
export async function writeConfig(folder: RunFolder, config: object): Promise<void> {
  const [file, text] = [fileIn(folder, 'config.yaml'), stringify(config)];
  if (Buffer.byteLength(text) > mostOptions)
    throw new RangeError(
      `${file}: a config of ${Buffer.byteLength(text)} bytes, wanted at most ${mostOptions}`,
    );
  await writeWhole(file, text);
}

/** Adds a line of JSON to metrics.jsonl; numbers that are not finite become null. */
export async function appendMetrics(folder: RunFolder, metrics: object): Promise<void> {
  const file = fileIn(folder, 'metrics.jsonl');
  await written(file, appendFile(file, `${JSON.stringify(metrics)}\n`));
}
