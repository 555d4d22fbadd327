import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { unzip, zip } from '@dppo/files';
import { describe, expect, it } from 'vitest';

import { readAll } from '../test/read-all.ts';
import type { Episode, ReadOptions } from './demonstration-source.ts';

const archive = fileURLToPath(new URL('../test/diffusion-policy.zarr.zip', import.meta.url));
const root = 'pusht/replay.zarr/';
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'zarr-'));

/** What zarr was given, rounded to float32. */
const written: Readonly<Record<string, readonly unknown[]>> = JSON.parse(
  readFileSync(new URL('../test/numbers.json', import.meta.url), 'utf8'),
);

const numbers = ({ obs, actions, rewards, ...ends }: Episode) => ({
  obs: [...obs],
  actions: [...actions],
  rewards: [...rewards],
  ...ends,
});

/** An archive with the same files but those that are changed, or left out as undefined. */
async function changed(change: Readonly<Record<string, Uint8Array | string | undefined>>): Promise<string> {
  const files = await unzip(await readFile(archive));
  for (const [name, content] of Object.entries(change)) {
    if (content === undefined) files.delete(root + name);
    else files.set(root + name, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }
  const path = join(await newFolder(), 'changed.zarr.zip');
  await writeFile(path, await zip([...files]));
  return path;
}

/** Twenty bytes whose header says these lengths. */
function blosc({ unpacked, packed }: { readonly unpacked: number; readonly packed: number }): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, unpacked, true);
  view.setUint32(12, packed, true);
  return bytes;
}

/** What `.zarray` of an array says, with fields changed. */
async function metadata(name: string, change: object): Promise<Record<string, string>> {
  const file = `${name}/.zarray`;
  const bytes = (await unzip(await readFile(archive))).get(root + file);
  const said = JSON.parse(new TextDecoder().decode(bytes));
  return { [file]: JSON.stringify({ ...said, ...change }) };
}

describe('a replay buffer of Diffusion Policy', () => {
  it('is read as zarr was given it, whichever of its codecs Blosc used', async () => {
    const { episodes, ...source } = await readAll(archive);
    expect(source).toMatchObject({
      format: 'diffusion_policy',
      obsKeys: ['state'],
      images: ['img'],
      obsDim: 5,
      actionDim: 2,
    });
    expect(episodes.map(numbers)).toEqual(written['diffusion-policy']);
  });

  it('gives other arrays as observations, points one after another', async () => {
    const { episodes, obsDim } = await readAll(archive, { obsKeys: ['keypoint'] });
    expect(obsDim).toBe(18);
    expect(episodes.map(numbers)).toEqual(written['diffusion-policy-keypoint']);
    const both = await readAll(archive, { obsKeys: ['n_contacts', 'state'] });
    expect(both.obsDim).toBe(6);
    expect([...both.episodes[0].obs.subarray(1, 6)]).toEqual([
      ...(await readAll(archive)).episodes[0].obs.subarray(0, 5),
    ]);
  });

  it('is the same in a folder', async () => {
    const folder = await newFolder();
    for (const [name, data] of await unzip(await readFile(archive))) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), data);
    }
    const { episodes } = await readAll(join(folder, root));
    expect(episodes.map(numbers)).toEqual(written['diffusion-policy']);
  });

  it.each<[ReadOptions, string]>([
    [{ obsKeys: ['img'] }, 'found no img in obsKeys, wanted some of keypoint, n_contacts, state'],
    [{ obsKeys: [] }, 'found nothing in obsKeys, wanted some of keypoint'],
    [{ filterKey: 'train' }, 'found filterKey train, wanted it left out: only robomimic has masks'],
  ])('refuses %j', async (options, message) => {
    await expect(readAll(archive, options)).rejects.toThrow(`${archive}: ${message}`);
  });

  it.each<[string, () => Promise<Readonly<Record<string, Uint8Array | string | undefined>>>, string]>([
    [
      'another archive',
      async () => ({ 'meta/episode_ends/.zarray': undefined }),
      'found no meta/episode_ends/.zarray, wanted a zarr store of Diffusion Policy',
    ],
    ['no actions', async () => ({ 'data/action/.zarray': undefined }), 'no array data/action'],
    [
      'a missing chunk',
      async () => ({ 'data/state/1.0': undefined }),
      'data/state has 2 chunks, wanted 3 of [16, 5]',
    ],
    [
      'a chunk that is cut off',
      async () => ({ 'meta/episode_ends/0': new Uint8Array(7) }),
      'meta/episode_ends: chunk meta/episode_ends/0 is of 7 bytes unpacked, wanted 16',
    ],
    [
      'a chunk that says another length',
      async () => ({ 'data/state/0.0': blosc({ unpacked: 2 ** 32 - 1, packed: 20 }) }),
      'data/state: chunk data/state/0.0 is of 4294967295 bytes unpacked, wanted 320',
    ],
    [
      'a packed chunk that is cut off',
      async () => ({ 'data/state/0.0': blosc({ unpacked: 320, packed: 21 }) }),
      'data/state: chunk data/state/0.0 is cut off, wanted what Blosc packed',
    ],
    [
      'more than any file holds',
      () => metadata('data/state', { shape: [1e9, 5], chunks: [1e9, 5] }),
      'data/state has 3 chunks, wanted 1 of [1000000000, 5]',
    ],
    [
      'chunks larger than any file holds',
      () => metadata('data/state', { shape: [40, 5], chunks: [16, 1e9] }),
      'data/state unpacks to 192000000000 bytes, too many for',
    ],
    [
      'another codec',
      () => metadata('data/state', { compressor: { id: 'gzip' } }),
      'data/state/.zarray is not read: compressor.id: ',
    ],
    [
      'texts',
      () => metadata('data/state', { dtype: '<U4' }),
      'data/state/.zarray is not read: dtype: wanted numbers of 1 to 8 bytes',
    ],
    [
      'ends out of order',
      async () => ({ 'meta/episode_ends/0': new Uint8Array(new BigInt64Array([32n, 12n]).buffer) }),
      'meta/episode_ends has 12 in row 1, wanted rising numbers up to 40',
    ],
    [
      'columns of different lengths',
      async () => ({
        ...(await metadata('data/action', { shape: [30, 2], chunks: [30, 2], compressor: null })),
        'data/action/0.0': new Uint8Array(240),
        'data/action/1.0': undefined,
        'data/action/2.0': undefined,
      }),
      'meta/episode_ends has 32 in row 1, wanted rising numbers up to 30',
    ],
  ])('names the place of %s', async (_, change, message) => {
    const path = await changed(await change());
    await expect(readAll(path)).rejects.toThrow(`${path}: ${message}`);
  });
});
