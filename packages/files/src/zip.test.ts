import { zipSync } from 'fflate';
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

it('says of an archive with too many files how many it reads', async () => {
  const files = Object.fromEntries(Array.from({ length: 8193 }, (_, i) => [i, new Uint8Array()]));
  await expect(unzip(zipSync(files))).rejects.toThrow(/^is an archive of more than 8192 files$/);
});

it('stops at the size that a file names, whatever it unpacks to', async () => {
  const archive = zipSync({ a: new Uint8Array(2 ** 24) });
  const view = new DataView(archive.buffer);
  const directory = view.getUint32(archive.length - 6, true);
  for (const at of [22, directory + 24]) view.setUint32(at, 10, true);
  await expect(unzip(archive)).rejects.toThrow(/^"a" is damaged \(Invalid uncompressed size\)$/);
});

it.each([
  [14, '"a" is packed by LZMA, wanted deflate'],
  [77, '"a" is packed by method 77, wanted deflate'],
])('names the method %i of packing that it does not read', async (method, problem) => {
  const archive = zipSync({ a: new Uint8Array(100) });
  const view = new DataView(archive.buffer);
  const directory = view.getUint32(archive.length - 6, true);
  for (const at of [8, directory + 10]) view.setUint16(at, method, true);
  await expect(unzip(archive)).rejects.toThrow(problem);
});
