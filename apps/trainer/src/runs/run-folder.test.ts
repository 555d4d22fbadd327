import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { appendMetrics, createRunFolder, fileIn, writeConfig } from './run-folder.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'run-folder-'));
});

describe('createRunFolder', () => {
  it('makes the given folder and those above it', async () => {
    const dir = join(parent, 'a', 'b');
    expect(await createRunFolder(dir, 'hopper')).toEqual({ dir });
    expect(await readdir(dir)).toEqual([]);
  });

  it('takes an empty folder and refuses one with files in it', async () => {
    await createRunFolder(parent, 'hopper');
    await writeFile(join(parent, 'notes.txt'), 'keep me');
    await expect(createRunFolder(parent, 'hopper')).rejects.toThrow(
      `The folder ${parent} is not empty (1 files, such as notes.txt). Nothing is overwritten`,
    );
    expect(await readFile(join(parent, 'notes.txt'), 'utf8')).toBe('keep me');
  });

  it('names the folder after the run and its local time, and gives a second run of that second its own', async () => {
    const runs = join(parent, 'runs');
    const now = new Date(2026, 0, 31, 9, 5, 0);
    expect(await createRunFolder(undefined, 'hopper', { runs, now })).toEqual({
      dir: join(runs, 'hopper-2026-01-31-09-05-00'),
    });
    expect(await createRunFolder(undefined, 'hopper', { runs, now })).toEqual({
      dir: join(runs, 'hopper-2026-01-31-09-05-00-2'),
    });
  });

  it.each(['', 'a/b'])('refuses the name "%s"', async (name) => {
    await expect(createRunFolder(undefined, name, { runs: parent })).rejects.toThrow(
      new RangeError(`createRunFolder: name "${name}", wanted a file name`),
    );
  });
});

describe('writeConfig', () => {
  it('writes what a YAML parser reads back', async () => {
    const folder = await createRunFolder(parent, 'hopper');
    const config = { seed: 42, actor: { hidden: [512, 512], note: 'yes: a "string"' } };
    await writeConfig(folder, config);
    expect(parse(await readFile(fileIn(folder, 'config.yaml'), 'utf8'))).toEqual(config);
    expect(await readdir(parent)).toEqual(['config.yaml']);
  });
});

describe('appendMetrics', () => {
  it('adds one line of JSON for each record, null for a number that is not finite', async () => {
    const folder = await createRunFolder(parent, 'hopper');
    await appendMetrics(folder, { iteration: 0, loss: 0.5 });
    await appendMetrics(folder, { iteration: 1, loss: Number.NaN });
    expect(await readFile(fileIn(folder, 'metrics.jsonl'), 'utf8')).toBe(
      '{"iteration":0,"loss":0.5}\n{"iteration":1,"loss":null}\n',
    );
  });
});
