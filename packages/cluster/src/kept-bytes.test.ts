import { expect, it } from 'vitest';

import { keptBytes } from './kept-bytes.ts';

it('reads what it has not, keeps what was used last, and lets go of the rest', async () => {
  const kept = keptBytes(20);
  const reads: string[] = [];
  const get = (name: string): Promise<Uint8Array> =>
    kept.get(name, async () => {
      reads.push(name);
      return new Uint8Array(8);
    });
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await get(name);
  expect(reads).toEqual(['a', 'b', 'c', 'b']);
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
