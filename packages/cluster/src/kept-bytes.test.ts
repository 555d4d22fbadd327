import { expect, it } from 'vitest';

import { keptBytes } from './kept-bytes.ts';

it('reads what it has not, keeps what one of the last tasks named, and lets go of the rest', async () => {
  const kept = keptBytes(2);
  const reads: string[] = [];
  const task = async (...names: readonly string[]): Promise<void> => {
    kept.begin(names);
    for (const name of names) {
      await kept.get(name, async () => {
        reads.push(name);
        return new Uint8Array();
      });
    }
  };
  await task('a', 'b');
  await task('a');
  await task('a', 'b');
  expect(reads).toEqual(['a', 'b']);
  await task('c');
  await task();
  await task('a');
  await task('c');
  expect(reads).toEqual(['a', 'b', 'c', 'a', 'c']);
});

it('lets go of what is forgotten, but not before the task ends that names it', async () => {
  const kept = keptBytes(20);
  let reads = 0;
  const get = (): Promise<Uint8Array> =>
    kept.get('a', async () => {
      reads++;
      return new Uint8Array();
    });
  kept.begin(['a']);
  await get();
  kept.forget(['a']);
  await get();
  expect(reads).toBe(1);
  kept.end();
  kept.begin(['a']);
  await get();
  kept.end();
  kept.forget(['b']);
  await get();
  expect(reads).toBe(2);
  kept.forget(['a']);
  await get();
  expect(reads).toBe(3);
});

it('reads once for two who ask at the same time, and again where reading failed', async () => {
  const kept = keptBytes(20);
  let reads = 0;
  const failing = async (): Promise<Uint8Array> => {
    reads++;
    throw new Error('gone');
  };
  const both = [kept.get('a', failing), kept.get('a', failing)];
  await expect(both[0]).rejects.toThrow('gone');
  await expect(both[1]).rejects.toThrow('gone');
  expect(reads).toBe(1);
  expect(await kept.get('a', async () => Uint8Array.of(1))).toEqual(Uint8Array.of(1));
});
