import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { appendMetrics, fileIn, writeConfig } from './run-folder.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'run-folder-'));
});

describe('writeConfig', () => {
  it('writes what a YAML parser reads back', async () => {
    const folder = { dir: parent };
    const config = { seed: 42, actor: { hidden: [512, 512], note: 'yes: a "string"' } };
    await writeConfig(folder, config);
    expect(parse(await readFile(fileIn(folder, 'config.yaml'), 'utf8'))).toEqual(config);
    expect(await readdir(parent)).toEqual(['config.yaml']);
  });
});

describe('appendMetrics', () => {
  it('adds one line of JSON for each record, null for a number that is not finite', async () => {
    const folder = { dir: parent };
    await appendMetrics(folder, { iteration: 0, loss: 0.5 });
    await appendMetrics(folder, { iteration: 1, loss: Number.NaN });
    expect(await readFile(fileIn(folder, 'metrics.jsonl'), 'utf8')).toBe(
      '{"iteration":0,"loss":0.5}\n{"iteration":1,"loss":null}\n',
    );
  });
});
