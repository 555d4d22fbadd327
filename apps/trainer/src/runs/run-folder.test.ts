import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { fileIn, writeConfig } from './run-folder.ts';

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
