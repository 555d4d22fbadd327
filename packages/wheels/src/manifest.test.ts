import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Contents, checkContents, checkHash, checkSizes, holds, isSealed, seal } from './manifest.ts';

// SHA-256 of the three bytes `abc`, from FIPS 180-4's examples.
const ofAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

let folder = '';
let staging = '';
let contents: Contents = { files: [] };
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'library');
  staging = join(folder, '..', 'staging');
  await mkdir(join(folder, 'lib'), { recursive: true });
  await mkdir(staging);
  await writeFile(join(folder, 'lib', 'a.so'), 'abc');
  await writeFile(join(folder, 'licence'), 'of all');
  contents = { files: ['lib/a.so'], sha256: await seal(folder) };
});

const library = (): string => join(folder, 'lib', 'a.so');
const manifest = (): string => join(folder, 'dppo-manifest.txt');
const writeManifest = (change: (text: string) => string) => async (): Promise<void> =>
  writeFile(manifest(), change(await readFile(manifest(), 'utf8')));

/** What may happen to a file, and what is said of it. */
const bySize: [string, () => Promise<unknown>, RegExp][] = [
  ['is missing', () => rm(library()), /lib\/a\.so is missing$/],
  ['is empty', () => truncate(library(), 0), /lib\/a\.so has 0 bytes, wanted 3$/],
  ['is cut off', () => truncate(library(), 2), /lib\/a\.so has 2 bytes, wanted 3$/],
  ['is longer', () => writeFile(library(), 'abcd'), /lib\/a\.so has 4 bytes, wanted 3$/],
  ['is a folder', () => rm(library()).then(() => mkdir(library())), /lib\/a\.so is not a file$/],
  [
    'is a link that leads nowhere',
    () => rm(library()).then(() => symlink('/nowhere', library())),
    /lib\/a\.so is missing$/,
  ],
  [
    'lies in a folder that is gone',
    () => rm(join(folder, 'lib'), { recursive: true }),
    /lib\/a\.so is missing$/,
  ],
];
const manifests: [string, () => Promise<unknown>][] = [
  ['is empty', writeManifest(() => '')],
  ['is cut off', writeManifest((text) => text.slice(0, -3))],
  ['names another size', writeManifest((text) => text.replace(' 3 ', ' three '))],
  ['does not name the library', writeManifest((text) => text.replace(/.* lib\/a\.so\n/, ''))],
  ['is that of another version', writeManifest((text) => `version 2\n${text}`)],
  ['is a folder', () => rm(manifest()).then(() => mkdir(manifest()))],
];

describe('checkSizes', () => {
  it('takes a folder that is as it was sealed', () => {
    expect(() => checkSizes(folder, contents.files)).not.toThrow();
  });

  it.each(bySize)('refuses a file that %s', async (_, damage, message) => {
    await damage();
    expect(() => checkSizes(folder, contents.files)).toThrow(message);
  });

  it.each(manifests)('refuses a manifest that %s', async (_, damage) => {
    await damage();
    expect(() => checkSizes(folder, contents.files)).toThrow(
      /dppo-manifest\.txt is (damaged or of another version|not a file)$/,
    );
  });

  it('takes a file of the same size elsewhere, at the end of a link', async () => {
    await rename(library(), join(staging, 'a.so'));
    await symlink(join(staging, 'a.so'), library());
    expect(() => checkSizes(folder, contents.files)).not.toThrow();
  });

  it('asks of a file without a manifest that it is there', async () => {
    await rm(manifest());
    expect(() => checkSizes(folder, contents.files)).not.toThrow();
    expect(() => checkSizes(folder, ['lib'])).toThrow('lib is not a file');
    expect(() => checkSizes(folder, ['lib/b.so'])).toThrow('lib/b.so is missing');
  });
});

describe('checkContents', () => {
  it.each([...bySize, ['has another byte', () => writeFile(library(), 'abd'), /has SHA-256 a52d/] as const])(
    'refuses a file that %s',
    async (_, damage, message) => {
      await checkContents(folder, contents);
      await damage();
      await expect(checkContents(folder, contents)).rejects.toThrow(message);
    },
  );

  it('refuses damage to files that are not loaded', async () => {
    await writeFile(join(folder, 'licence'), 'of non');
    await expect(checkContents(folder, contents)).rejects.toThrow('licence has SHA-256');
  });

  it('refuses what is whole by a manifest that is not the wanted one', async () => {
    await writeFile(library(), 'of another machine');
    await seal(folder);
    await checkContents(folder, { files: contents.files });
    await expect(checkContents(folder, contents)).rejects.toThrow('is damaged or of another version');
  });

  it('names the folder that is missing', async () => {
    await expect(checkContents(join(folder, 'none'), contents)).rejects.toThrow(/none is missing$/);
  });
});

describe('holds', () => {
  it.each([...manifests, ['is missing', () => rm(manifest())] as const])(
    'writes a manifest that %s, where it comes out as wanted',
    async (_, damage) => {
      await damage();
      expect(await holds(folder, contents, staging)).toBe(true);
      await checkContents(folder, contents);
    },
  );

  it('leaves files alone that nobody knows', async () => {
    await rm(manifest());
    expect(await holds(folder, { files: contents.files }, staging)).toBe(false);
    await writeFile(library(), 'abd');
    expect(await holds(folder, contents, staging)).toBe(false);
    expect(isSealed(folder)).toBe(false);
  });

  it('does not hold what cannot be read', async () => {
    await chmod(folder, 0o000);
    try {
      const readable = existsSync(library()); // as root it can
      expect(await holds(folder, contents, staging)).toBe(readable);
    } finally {
      await chmod(folder, 0o755);
    }
  });
});

describe('checkHash', () => {
  it('accepts a file that hashes to what is expected', async () => {
    await expect(checkHash(library(), ofAbc)).resolves.toBeUndefined();
  });
});
