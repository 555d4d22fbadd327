import { createHash } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '@dppo/wheels';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProvisionOptions, provision } from './provision.ts';
import type { Tools } from './store.ts';
import { libraries, libraryId } from './wheel.ts';

const wheel = { requirement: 'fake==9.9', platform: 'any', size: 3, sha256: '' };
const names = libraries();

let folder = '';
let cache = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dppo-')));
  cache = join(folder, 'cache');
});

/** A project whose tfjs-node loads only when its addon is there. */
async function project(name: string): Promise<string> {
  const tfjsNode = tfjsNodeIn(join(folder, name));
  await mkdir(join(tfjsNode, 'binding'), { recursive: true });
  await writeFile(join(tfjsNode, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "main.js" }');
  await writeFile(
    join(tfjsNode, 'main.js'),
    "require('fs').readFileSync(__dirname + '/lib/napi-v8/tfjs_binding.node');",
  );
  await writeFile(join(tfjsNode, 'binding', 'tfjs_binding.cc'), 'int main() {}');
  return join(folder, name);
}

function tfjsNodeIn(projectFolder: string): string {
  return join(projectFolder, 'node_modules', '@tensorflow', 'tfjs-node');
}

async function isUntouched(projectFolder: string): Promise<boolean> {
  const entries = await readdir(tfjsNodeIn(projectFolder));
  return entries.toSorted().join(' ') === 'binding main.js package.json';
}

const fetchWhole: Tools['fetchWheel'] = (_wheel, into) => copyWheel('whole.whl', into);
const fetchHalf: Tools['fetchWheel'] = (_wheel, into) => copyWheel('half.whl', into);

/** The fixtures hold the libraries' names with a line of text each; the whole one also a header and a Python file. */
async function copyWheel(name: string, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  await copyFile(new URL(`../fixtures/${name}`, import.meta.url), join(into, name));
  return join(into, name);
}

function fakes(changes: Partial<Tools> = {}): Required<Pick<ProvisionOptions, 'cache' | 'tools' | 'wheel'>> {
  const fakeTools: Tools = {
    fetchWheel: fetchWhole,
    findCompiler: async () => ['c++'],
    async compileAddon({ library }, addon) {
      await readFile(join(library, 'include', 'tensorflow', 'c', 'c_api.h'));
      await mkdir(join(addon, '..'), { recursive: true });
      await writeFile(addon, 'an addon');
    },
    tryAddon: async () => {},
    ...changes,
  };
  return { cache, wheel, tools: fakeTools };
}

/** Flips a bit in the midst of a file. */
async function changeByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(path, bytes);
}

const manifestAbove = (library: string): string => join(library, '..', '..', 'dppo-manifest.txt');

describe('provision', () => {
  it('puts the addon and links to the libraries where tfjs-node looks for them', async () => {
    const here = await project('a');
    expect(await provision(here, fakes())).toEqual({ tfjsNode: tfjsNodeIn(here), changed: true });
    const read = (...path: string[]): Promise<string> => readFile(join(tfjsNodeIn(here), ...path), 'utf8');
    expect(await read('lib', 'napi-v8', 'tfjs_binding.node')).toBe('an addon');
    for (const name of names) expect(await read('deps', 'lib', name)).toBe(`bytes of tensorflow/${name}`);
    expect((await readdir(cache)).toSorted()).toEqual(['addons', `libtensorflow-${libraryId}`]);
  });

  it('does nothing the second time', async () => {
    const here = await project('a');
    const { tools } = fakes();
    const options = fakes({
      fetchWheel: vi.fn<Tools['fetchWheel']>(tools.fetchWheel),
      compileAddon: vi.fn<Tools['compileAddon']>(tools.compileAddon),
    });
    await provision(here, options);
    expect(await provision(here, options)).toMatchObject({ changed: false });
    expect(options.tools.fetchWheel).toHaveBeenCalledTimes(1);
    expect(options.tools.compileAddon).toHaveBeenCalledTimes(1);
  });

  it('leaves a tfjs-node alone that works without us', async () => {
    const here = await project('a');
    await writeFile(join(tfjsNodeIn(here), 'main.js'), '');
    expect(await provision(here, fakes())).toMatchObject({ changed: false });
    expect(await isUntouched(here)).toBe(true);
  });

  it('mends a project whose links lead nowhere because the cache was emptied', async () => {
    const here = await project('a');
    await provision(here, fakes());
    await rm(cache, { recursive: true });
    expect(await provision(here, fakes())).toMatchObject({ changed: true });
    expect(await readFile(join(tfjsNodeIn(here), 'deps', 'lib', names[0]), 'utf8')).toMatch('bytes');
  });

  it.each<[string, (library: string) => Promise<unknown>]>([
    ['is missing', (library) => rm(library)],
    ['is empty', (library) => truncate(library, 0)],
    ['is cut off', (library) => truncate(library, 10)],
    ['has another byte', (library) => changeByte(library)],
    ['is a folder', (library) => rm(library).then(() => mkdir(library))],
    ['is a link that leads nowhere', (library) => rm(library).then(() => symlink('/nowhere', library))],
    ['lies without a manifest', (library) => rm(manifestAbove(library))],
    ['lies beside a damaged manifest', (library) => changeByte(manifestAbove(library))],
  ])('mends a library in the cache that %s, and says so', async (_, damage) => {
    const here = await project('a');
    const { tools } = fakes();
    const fetching = vi.fn<Tools['fetchWheel']>(tools.fetchWheel);
    const options = fakes({ fetchWheel: fetching });
    await provision(here, options);
    await damage(join(cache, `libtensorflow-${libraryId}`, 'lib', names[1]));
    const progress = vi.fn<Progress>();
    expect(await provision(here, { ...options, progress })).toMatchObject({ changed: true });
    expect(progress.mock.calls[0]).toEqual([
      expect.stringMatching(/^mending what is kept of TensorFlow, as .* (is|has) /),
    ]);
    expect(fetching).toHaveBeenCalledTimes(2);
    expect(await readFile(join(tfjsNodeIn(here), 'deps', 'lib', names[1]), 'utf8')).toMatch(/^bytes of/);
    expect(await provision(here, options)).toMatchObject({ changed: false });
  });

  it.each<[string, (addon: string) => Promise<unknown>]>([
    ['is missing', (addon) => rm(addon)],
    ['is cut off', (addon) => truncate(addon, 3)],
    ['has another byte', (addon) => changeByte(addon)],
    ['lies beside a damaged manifest', (addon) => writeFile(join(addon, '..', 'dppo-manifest.txt'), '')],
  ])('compiles an addon anew that %s, and downloads nothing', async (_, damage) => {
    const here = await project('a');
    const { tools } = fakes();
    const fetching = vi.fn<Tools['fetchWheel']>(tools.fetchWheel);
    const options = fakes({ fetchWheel: fetching });
    await provision(here, options);
    const [key] = await readdir(join(cache, 'addons'));
    await damage(join(cache, 'addons', key, 'tfjs_binding.node'));
    expect(await provision(here, options)).toMatchObject({ changed: true });
    expect(await readFile(join(tfjsNodeIn(here), 'lib', 'napi-v8', 'tfjs_binding.node'), 'utf8')).toBe(
      'an addon',
    );
    expect(fetching).toHaveBeenCalledTimes(1);
    expect(await provision(here, options)).toMatchObject({ changed: false });
  });

  it('compiles an addon anew that is whole and does not load, as one for another system', async () => {
    const here = await project('a');
    await provision(here, fakes());
    const tryAddon = vi.fn<Tools['tryAddon']>().mockRejectedValueOnce(new Error('it does not load'));
    tryAddon.mockRejectedValueOnce(new Error('it does not load'));
    const compileAddon = vi.fn<Tools['compileAddon']>(fakes().tools.compileAddon);
    expect(await provision(here, fakes({ tryAddon, compileAddon }))).toMatchObject({ changed: true });
    expect(compileAddon).toHaveBeenCalledTimes(1);
  });

  it('takes over a cache of before there were manifests, where its files are the known ones', async () => {
    const here = await project('a');
    await provision(here, fakes());
    const library = join(cache, `libtensorflow-${libraryId}`);
    const contents = createHash('sha256')
      .update(await readFile(join(library, 'dppo-manifest.txt')))
      .digest('hex');
    const [key] = await readdir(join(cache, 'addons'));
    for (const kept of [library, join(cache, 'addons', key)]) await rm(join(kept, 'dppo-manifest.txt'));
    const offline = fakes({
      fetchWheel: vi.fn<Tools['fetchWheel']>(),
      findCompiler: vi.fn<Tools['findCompiler']>(),
    });
    const known = { ...offline, wheel: { ...wheel, contents } };
    expect(await provision(here, known)).toMatchObject({ changed: true });
    expect(offline.tools.fetchWheel).not.toHaveBeenCalled();
    expect(offline.tools.findCompiler).not.toHaveBeenCalled();
    expect(await provision(here, known)).toMatchObject({ changed: false });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['is damaged', (path) => writeFile(path, 'an oddon')],
    ['is a folder', (path) => rm(path).then(() => mkdir(join(path, 'inner'), { recursive: true }))],
  ])('mends a project whose addon %s, from a cache that cannot be locked', async (_, damage) => {
    const here = await project('a');
    await provision(here, fakes());
    await damage(join(tfjsNodeIn(here), 'lib', 'napi-v8', 'tfjs_binding.node'));
    await writeFile(join(cache, 'lock'), 'in the way');
    expect(await provision(here, fakes())).toMatchObject({ changed: true });
    expect(await provision(here, fakes())).toMatchObject({ changed: false });
  });

  it.each(['fetchWheel', 'findCompiler', 'compileAddon', 'tryAddon'] as const)(
    'leaves nothing half-installed when %s fails, and succeeds once it does not',
    async (tool) => {
      const here = await project('a');
      const failing = fakes({
        [tool]: async () => {
          throw new Error(`${tool} failed`);
        },
      });
      await expect(provision(here, failing)).rejects.toThrow(`${tool} failed`);
      expect(await isUntouched(here)).toBe(true);
      expect((await readdir(cache)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
      expect(await provision(here, fakes())).toMatchObject({ changed: true });
    },
  );

  it('looks for the compiler before it downloads', async () => {
    const fetching = vi.fn<Tools['fetchWheel']>();
    const findCompiler = vi.fn<Tools['findCompiler']>().mockRejectedValue(new Error('none'));
    await expect(
      provision(await project('a'), fakes({ fetchWheel: fetching, findCompiler })),
    ).rejects.toThrow('none');
    expect(fetching).not.toHaveBeenCalled();
  });

  it('refuses a wheel that lacks a library', async () => {
    const here = await project('a');
    await expect(provision(here, fakes({ fetchWheel: fetchHalf }))).rejects.toThrow(names[1]);
    expect(await isUntouched(here)).toBe(true);
  });

  it('clears away what a killed process left, and takes over its lock', async () => {
    const here = await project('a');
    await mkdir(join(cache, 'unfinished-old', 'download'), { recursive: true });
    await mkdir(join(cache, 'lock'));
    const longAgo = new Date(Date.UTC(2020, 0));
    await utimes(join(cache, 'lock'), longAgo, longAgo);
    await provision(here, fakes());
    expect((await readdir(cache)).toSorted()).toEqual(['addons', `libtensorflow-${libraryId}`]);
  });

  it('fills the cache once when two projects ask at the same time', async () => {
    const { tools } = fakes();
    const options = fakes({
      fetchWheel: vi.fn<Tools['fetchWheel']>(tools.fetchWheel),
      compileAddon: vi.fn<Tools['compileAddon']>(tools.compileAddon),
    });
    const both = [await project('a'), await project('b')];
    const results = await Promise.all(both.map((here) => provision(here, options)));
    expect(results.map(({ changed }) => changed)).toEqual([true, true]);
    expect(options.tools.fetchWheel).toHaveBeenCalledTimes(1);
    expect(options.tools.compileAddon).toHaveBeenCalledTimes(1);
  });

  it('says how to install tfjs-node in a project that lacks it', async () => {
    await expect(provision(folder, fakes())).rejects.toThrow(
      `@tensorflow/tfjs-node is not installed in ${folder}: npm install --ignore-scripts @tensorflow/tfjs-node`,
    );
  });
});
