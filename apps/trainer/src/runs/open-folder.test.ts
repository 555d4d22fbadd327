import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { createRunFolder, openFolder } from './open-folder.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'open-folder-'));
});

/** A check that nothing passes. */
function check(): never {
  throw new Error('not as it should be');
}

describe('createRunFolder', () => {
  it('makes the given folder and those above it', async () => {
    const dir = join(parent, 'a', 'b');
    const folder = await createRunFolder(dir, 'hopper');
    expect(folder.dir).toBe(dir);
    folder.close();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes an empty folder and refuses one with files in it', async () => {
    (await createRunFolder(parent, 'hopper')).close();
    writeFileSync(join(parent, 'notes.txt'), 'keep me');
    await expect(createRunFolder(parent, 'hopper')).rejects.toThrow(
      `The folder ${parent} is not empty (1 files, such as notes.txt). Nothing is overwritten`,
    );
    expect(readFileSync(join(parent, 'notes.txt'), 'utf8')).toBe('keep me');
  });

  it('names the folder after the run and its local time, and gives a second run of that second its own', async () => {
    const runs = join(parent, 'runs');
    const now = new Date(2026, 0, 31, 9, 5, 0);
    for (const name of ['hopper-2026-01-31-09-05-00', 'hopper-2026-01-31-09-05-00-2']) {
      const { dir, close } = await createRunFolder(undefined, 'hopper', { runs, now });
      expect(dir).toBe(join(runs, name));
      close();
    }
  });

  it.each(['', 'a/b'])('refuses the name "%s"', async (name) => {
    await expect(createRunFolder(undefined, name, { runs: parent })).rejects.toThrow(
      new RangeError(`createRunFolder: name "${name}", wanted a file name`),
    );
  });
});

describe('openFolder', () => {
  const quiet = { say: () => {}, check: () => {} };

  it('refuses a folder that is open, names whose it is and leaves it as it is', async () => {
    const first = await openFolder(parent, quiet);
    const lock = readFileSync(join(parent, 'run.lock'), 'utf8');
    await expect(openFolder(parent, quiet)).rejects.toThrow(
      new RegExp(`^The folder ${parent} is in use by process ${process.pid} on .* since 20`),
    );
    expect(readdirSync(parent)).toEqual(['run.lock']);
    expect(readFileSync(join(parent, 'run.lock'), 'utf8')).toBe(lock);
    first.close();
    (await openFolder(parent, quiet)).close();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('clears what was left unfinished, here and by earlier versions, once the check is passed', async () => {
    const id = crypto.randomUUID();
    const kept = ['last.safetensors', `notes.${id}`, 'run.md'];
    const left = [`.unfinished-${id}`, `last.safetensors.${id}`, `history.yaml.${id}`, `run.lock.${id}`];
    for (const name of [...kept, ...left]) writeFileSync(join(parent, name), '');
    await expect(openFolder(parent, { ...quiet, check })).rejects.toThrow('not as it should be');
    expect(readdirSync(parent).toSorted()).toEqual([...kept, ...left].toSorted());
    (await openFolder(parent, quiet)).close();
    expect(readdirSync(parent).toSorted()).toEqual(kept.toSorted());
  });

  it('makes no folder where the check is not passed', async () => {
    await expect(openFolder(join(parent, 'a', 'b'), { ...quiet, check })).rejects.toThrow(
      'not as it should be',
    );
    expect(readdirSync(parent)).toEqual([]);
  });

  it('says what has become of a folder that another process took over', async () => {
    const first = await openFolder(parent, quiet);
    writeFileSync(
      join(parent, 'run.lock'),
      JSON.stringify({
        ...JSON.parse(readFileSync(join(parent, 'run.lock'), 'utf8')),
        id: crypto.randomUUID(),
      }),
    );
    expect(() => first.check()).toThrow('is in use by process');
    first.close();
    expect(readdirSync(parent)).toEqual(['run.lock']);
  });
});
