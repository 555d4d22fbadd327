import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { publish, withStaging } from './staging.ts';

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'dppo-'));
});

describe('withStaging', () => {
  it('leaves what was published and nothing else', async () => {
    const path = await withStaging(cache, async (staging) => {
      await mkdir(join(staging, 'library'));
      await writeFile(join(staging, 'library', 'a'), 'new');
      await writeFile(join(staging, 'rest'), '');
      await publish(join(staging, 'library'), join(cache, 'libraries', 'one'));
      return join(cache, 'libraries', 'one', 'a');
    });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(cache)).toEqual(['libraries']);
  });

  it('leaves nothing of a task that fails', async () => {
    const failing = withStaging(cache, async (staging) => {
      await writeFile(join(staging, 'half'), '');
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(await readdir(cache)).toEqual([]);
  });

  it('has a second task of the same cache wait until the first has ended, and say so', async () => {
    const events = new Set<string>();
    let second: Promise<unknown> | undefined;
    await withStaging(cache, async () => {
      await new Promise<void>((resolve) => {
        const progress = (phase: string): void => resolve(void events.add(phase));
        second = withStaging(cache, async () => events.add('second'), { progress });
      });
      events.add('first');
    });
    await second;
    expect([...events]).toEqual(['waiting for another process that does the same', 'first', 'second']);
  });
});
