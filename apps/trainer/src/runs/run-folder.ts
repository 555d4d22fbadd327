import { join } from 'node:path';

import { writeWhole } from '@dppo/checkpoint';
import { stringify } from 'yaml';

import { mostOptions } from '../options/yaml-file.ts';

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
