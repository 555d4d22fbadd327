import { expect, it } from 'vitest';
import { unzip, zip } from './zip.ts';

it('packs files in their order and unpacks the same', async () => {
  const files = [
    ['b.txt', Uint8Array.of(1, 2)],
    ['a/empty', new Uint8Array()],
  ] as const;
  expect([...(await unzip(await zip(files)))]).toEqual(files);
});

it('says that what ends too early is incomplete', async () => {
  const archive = await zip([['a', new Uint8Array(100)]]);
  await expect(unzip(archive.subarray(0, -1))).rejects.toThrow(/^not a complete zip archive.*truncated\?$/);
});
